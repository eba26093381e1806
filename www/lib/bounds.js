/**
 * How much a model pack may be, for what has to be judged before the engine is there. The engine is the one that knows:
 * it says the same in a model's description (`bounds`), and a test of src/bounds compares every line of this.
 */
export const BOUNDS = Object.freeze({
  "manifestBytes": 4194304,
  "fileBytes": 67108864,
  "packBytes": 134217728,
  "files": 5,
  "name": 100,
  "requestBytes": 262144,
  "pixels": 2048,
  "cells": 64,
  "granularities": 4,
  "codes": 65536,
  "axes": 16,
  "classes": 65535,
});
