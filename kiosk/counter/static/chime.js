/** Two notes, where the browser lets a page sound: only after somebody has touched it. */

const NOTES_HZ = [659.3, 880];
const NOTE_S = 0.32;
const LOUDNESS = 0.25;

let context;

/** Sound once, softly enough for a hall. */
export function chime() {
  if (!navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  const start = context.currentTime + 0.02;
  NOTES_HZ.forEach((pitch, place) => note(pitch, start + place * NOTE_S * 0.6));
}

function note(pitch, at) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
