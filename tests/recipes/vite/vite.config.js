import { defineConfig } from "vite";

export default defineConfig({
  // Its worker and programs lie beside its modules, which is lost if these are put together into one file.
  optimizeDeps: { exclude: ["varigrain"] },
});
