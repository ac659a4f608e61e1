/** The type of 64-bit integers in onnx-proto's types, which use it as a global without declaring it. */
interface Long {
  readonly toString: () => string;
}
