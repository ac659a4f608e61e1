declare module 'pngjs' {
  /** The pixels as RGBA: of 8 bits or, of a file with 16 bits and with `skipRescale`, of 16. */
  export const PNG: {
    readonly sync: {
      readonly read: (
        bytes: Buffer,
        options: { readonly skipRescale: boolean },
      ) => { readonly width: number; readonly height: number; readonly data: Uint8Array | Uint16Array };
    };
  };
}

declare module '@jsquash/jpeg/codec/dec/mozjpeg_dec.js' {
  /** What the decoder makes with the global class ImageData: RGBA of 8 bits. */
  export interface DecodedImage {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
  }
  export interface Decoder {
    readonly decode: (bytes: Uint8Array, preserveOrientation: boolean) => DecodedImage | null;
  }
  export default function start(options: {
    readonly wasmBinary: Uint8Array;
    readonly noInitialRun: boolean;
    readonly printErr: (line: string) => void;
  }): Promise<Decoder>;
}
