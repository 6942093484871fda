"""What screens are made of: buttons, cards, lists, the keyboard, texts in pages."""
