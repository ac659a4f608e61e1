/** The type of 64-bit integers in the types of onnx-proto, which use it as a global that they do not declare. */
interface Long {
  readonly toString: () => string;
}
