/**
 * The entry for embedding: `<script type="module" src="…/player.js"></script>` defines
 * `<varigrain-player>`. Nothing else is needed, on any page of any site.
 */
export { VarigrainPlayer } from "./components/player/player.js";
export { Varigrain, VarigrainError } from "./varigrain.js";
