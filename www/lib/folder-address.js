/**
 * The absolute address of a model's folder, with a slash at its end. Of a folder only the path counts: what is in it is
 * asked for by names relative to it, and a query or a fragment would not go with them.
 *
 * @param {string | URL} folder
 * @param {string | URL} [base]
 */
export function addressOf(folder, base) {
  const url = new URL(folder, base);
  url.search = url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url.href;
}
