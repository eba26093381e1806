import { useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import "varigrain/player";

function Picture({ concept, seed }) {
  const player = useRef(null);
  const [codes, setCodes] = useState(0);
  useEffect(() => {
    const { current } = player;
    const count = ({ detail }) => setCodes(detail.step.codes);
    current.addEventListener("step", count);
    return () => current.removeEventListener("step", count);
  }, []);
  return (
    <figure>
      <varigrain-player ref={player} model="/models/emoji-128/" concept={concept} seed={seed} />
      <figcaption>{codes} codes</figcaption>
    </figure>
  );
}

createRoot(document.getElementById("root")).render(<Picture concept="cat-face" seed={3} />);
