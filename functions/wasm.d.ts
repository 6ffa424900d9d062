/** A WebAssembly file travels in the bundle as text in base64. */
declare module "*.wasm" {
  const base64: string
  export default base64
}
/** Named, since types of another way to load it lie beside it. */
declare module "@jsquash/png/codec/pkg/squoosh_png_bg.wasm" {
  const base64: string
  export default base64
}
