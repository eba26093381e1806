import Picture from "./picture";

export default function Page() {
  return <Picture concept="cat-face" seed={3} />;
}
