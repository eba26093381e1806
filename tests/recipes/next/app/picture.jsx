"use client";
// Importing it does nothing on the server; in the browser it defines the element.
import "varigrain/player";

export default function Picture(props) {
  return <varigrain-player model="/models/emoji-128/" {...props} />;
}
