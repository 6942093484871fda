"""Parts of screens: buttons, cards, lists, the keyboard, paged texts."""
