import "varigrain/player";
