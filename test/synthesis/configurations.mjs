/**
 * The layers that are synthesised, one of every pair of neighbours to fit the formulas of finn/synthesis/ and the other to check
 * them: `{ id, part, use, op, attributes, narrow }`, with FINN's attributes. `narrow` says that the least weight does not occur.
 */
const [fit, check] = ['fit', 'check'];

export const configurations = [
  ...cores(),
  ...memories(),
  ...thresholds(),
  ...windows(),
  ...paddings(),
  ...converters(),
  ...fifos(),
];

/** Multipliers: bits of weights and activations, whether weights are narrow, PE, SIMD, matrix width and height. */
function cores() {
  const rows = [
    [fit, 4, 4, true, 1, 1, 64, 64],
    [fit, 4, 4, true, 1, 8, 64, 64],
    [check, 4, 4, true, 2, 4, 64, 64],
    [fit, 4, 4, true, 4, 4, 64, 64],
    [check, 4, 4, true, 4, 8, 64, 64],
    [check, 4, 4, true, 8, 4, 64, 64],
    [fit, 4, 4, true, 8, 8, 64, 64],
    [check, 4, 4, true, 16, 8, 64, 64],
    [fit, 4, 4, true, 16, 16, 64, 64],
    [fit, 4, 4, true, 64, 4, 128, 128],
    [check, 4, 4, true, 32, 8, 512, 512],
    [check, 4, 4, true, 6, 6, 72, 72],
    [fit, 4, 4, false, 8, 8, 64, 64],
    [check, 4, 4, false, 4, 4, 64, 64],
    [check, 4, 4, false, 9, 16, 144, 36],
    [fit, 8, 8, true, 1, 3, 27, 32],
    [check, 8, 8, true, 16, 3, 27, 32],
    [fit, 8, 8, true, 8, 3, 27, 32],
    [fit, 8, 8, true, 4, 9, 27, 32],
    [check, 8, 8, true, 2, 8, 64, 64],
    [fit, 8, 8, true, 8, 8, 64, 64],
    [check, 8, 8, true, 8, 16, 64, 64],
    [check, 8, 8, false, 4, 4, 64, 64],
    [fit, 8, 8, false, 6, 6, 72, 72],
    [fit, 2, 2, true, 4, 4, 64, 64],
    [check, 2, 2, true, 2, 8, 64, 64],
    [fit, 2, 2, true, 8, 16, 64, 64],
    [check, 2, 2, true, 16, 8, 64, 64],
    [check, 2, 2, false, 16, 4, 64, 64],
    [check, 2, 4, true, 8, 8, 64, 64],
    [fit, 4, 8, true, 4, 8, 64, 64],
    [check, 4, 8, true, 8, 4, 64, 64],
    [check, 8, 4, true, 4, 4, 64, 64],
    [fit, 3, 3, true, 4, 8, 64, 64],
    [check, 3, 3, true, 8, 4, 64, 64],
    [check, 6, 6, true, 4, 6, 72, 72],
    [fit, 4, 4, true, 16, 4, 64, 16],
    [check, 4, 4, true, 8, 8, 64, 8],
    [fit, 4, 4, true, 4, 16, 16, 64],
    [check, 4, 4, true, 8, 8, 8, 64],
  ];
  return rows.map(([use, weight, activation, narrow, PE, SIMD, MW, MH]) => ({
    id: `core-${weight}x${activation}${narrow ? 'n' : ''}-${PE}x${SIMD}-${MW}x${MH}`,
    part: 'core',
    use,
    ...matrix({ weight, activation, narrow, PE, SIMD, MW, MH, ram_style: 'distributed' }),
  }));
}

/** Memories of weights: bits of a word, words, style. */
function memories() {
  const rows = [
    [fit, 16, 256, 'distributed'],
    [check, 32, 64, 'distributed'],
    [fit, 64, 16, 'distributed'],
    [check, 128, 64, 'distributed'],
    [fit, 256, 32, 'distributed'],
    [check, 64, 512, 'distributed'],
    [fit, 32, 1024, 'distributed'],
    [fit, 8, 144, 'distributed'],
    [fit, 64, 256, 'block'],
    [check, 36, 1024, 'block'],
    [fit, 128, 512, 'block'],
    [check, 64, 1024, 'block'],
    [fit, 32, 2048, 'block'],
    [check, 256, 64, 'block'],
    [check, 16, 3000, 'block'],
    [check, 256, 32, 'auto'],
    [check, 64, 512, 'auto'],
    [check, 16, 2048, 'auto'],
  ];
  return rows.map(([use, width, depth, ram_style]) => ({
    id: `memory-${width}x${depth}-${ram_style}`,
    part: 'memory',
    use,
    ...matrix({
      weight: 4,
      activation: 4,
      narrow: true,
      PE: width / 4,
      SIMD: 1,
      MW: depth,
      MH: width / 4,
      ram_style,
    }),
  }));
}

function matrix({ weight, activation, narrow, PE, SIMD, MW, MH, ram_style }) {
  const accumulator = weight + activation + Math.max(Math.ceil(Math.log2(MW)) - 1, 0);
  return {
    op: 'MVAU_rtl',
    narrow,
    attributes: {
      MW,
      MH,
      PE,
      SIMD,
      inputDataType: `UINT${activation}`,
      weightDataType: `INT${weight}`,
      outputDataType: `INT${accumulator}`,
      accDataType: `INT${accumulator}`,
      noActivation: 1,
      mem_mode: 'internal_decoupled',
      ram_style,
      numInputVectors: [1, 4, 4],
    },
  };
}

/** Channels, output bits, input, type of the thresholds, PE, and the depth from which block memory is forced. */
function thresholds() {
  const rows = [
    [fit, 64, 4, 'INT12', 'INT12', 1, 0],
    [check, 64, 4, 'INT12', 'INT12', 2, 0],
    [fit, 64, 4, 'INT12', 'INT12', 4, 0],
    [check, 64, 4, 'INT12', 'INT12', 8, 0],
    [fit, 64, 4, 'INT12', 'INT12', 16, 0],
    [check, 32, 4, 'INT20', 'INT20', 1, 0],
    [check, 32, 4, 'INT20', 'INT19', 4, 0],
    [fit, 16, 2, 'INT8', 'INT8', 2, 0],
    [check, 64, 2, 'INT10', 'INT10', 4, 0],
    [fit, 32, 3, 'INT14', 'INT14', 8, 0],
    [check, 16, 3, 'INT16', 'INT16', 4, 0],
    [check, 128, 4, 'INT15', 'INT15', 4, 0],
    [fit, 256, 4, 'INT14', 'INT14', 4, 0],
    [fit, 128, 4, 'INT13', 'INT13', 2, 0],
    [fit, 32, 4, 'INT16', 'INT16', 4, 0],
    [fit, 256, 4, 'INT14', 'INT14', 8, 0],
    [fit, 64, 3, 'INT13', 'INT13', 1, 0],
    [fit, 64, 4, 'INT16', 'INT16', 2, 0],
    [fit, 128, 4, 'INT13', 'INT13', 4, 0],
    [fit, 96, 4, 'INT13', 'INT13', 8, 0],
    [fit, 16, 2, 'INT12', 'INT12', 16, 0],
    [fit, 32, 3, 'INT10', 'INT10', 32, 0],
    [fit, 32, 4, 'INT18', 'INT18', 1, 0],
    [check, 64, 4, 'INT15', 'INT15', 2, 0],
    [check, 128, 4, 'INT12', 'INT12', 8, 0],
    [check, 128, 4, 'INT14', 'INT14', 16, 0],
    [check, 96, 4, 'INT14', 'INT14', 4, 0],
    [fit, 32, 4, 'INT12', 'INT12', 32, 0],
    [check, 16, 2, 'INT10', 'INT10', 16, 0],
    [fit, 512, 4, 'INT15', 'INT15', 1, 0],
    [check, 1024, 4, 'INT15', 'INT15', 1, 0],
    [check, 512, 4, 'INT15', 'INT15', 1, 512],
    [fit, 256, 4, 'INT15', 'INT15', 2, 256],
    [fit, 16, 8, 'INT16', 'INT16', 1, 0],
    [check, 8, 8, 'INT20', 'INT20', 2, 0],
  ];
  return rows.map(([use, NumChannels, bits, inputDataType, weightDataType, PE, depth_trigger_bram]) => ({
    id: `thresholds-${NumChannels}x${bits}-${inputDataType}-${weightDataType}-${PE}${depth_trigger_bram > 0 ? `-from${depth_trigger_bram}` : ''}`,
    part: 'layer',
    use,
    op: 'Thresholding_rtl',
    attributes: {
      NumChannels,
      PE,
      numSteps: 2 ** bits - 1,
      inputDataType,
      weightDataType,
      outputDataType: `UINT${bits}`,
      ActVal: 0,
      numInputVectors: [1, 4, 4],
      depth_trigger_bram,
    },
  }));
}

/** Size of the image, channels, kernel, stride, SIMD, bits, whether depthwise, style of the memory, whether whole windows. */
function windows() {
  const rows = [
    [fit, 30, 32, 3, 1, 1, 4, 0, 'distributed', 0],
    [check, 30, 256, 3, 1, 4, 4, 1, 'distributed', 0],
    [fit, 30, 64, 3, 1, 8, 4, 1, 'distributed', 0],
    [check, 30, 256, 3, 1, 16, 4, 1, 'distributed', 0],
    [check, 32, 3, 3, 1, 3, 8, 0, 'distributed', 0],
    [fit, 224, 3, 3, 2, 1, 8, 0, 'distributed', 0],
    [check, 113, 64, 3, 2, 8, 4, 1, 'distributed', 0],
    [check, 14, 32, 5, 1, 8, 2, 0, 'distributed', 0],
    [fit, 14, 64, 2, 2, 16, 2, 0, 'distributed', 0],
    [fit, 16, 64, 3, 2, 8, 4, 1, 'block', 0],
    [check, 16, 512, 3, 2, 4, 4, 1, 'block', 0],
    [fit, 7, 1024, 7, 1, 1, 4, 1, 'block', 0],
    [check, 30, 128, 3, 1, 8, 4, 1, 'block', 0],
    [check, 58, 128, 3, 1, 4, 4, 0, 'auto', 0],
    [check, 30, 64, 3, 1, 8, 4, 1, 'auto', 0],
    [fit, 30, 16, 3, 1, 16, 4, 0, 'distributed', 1],
    [check, 58, 32, 3, 1, 32, 4, 1, 'distributed', 1],
    [check, 30, 64, 3, 1, 64, 2, 0, 'block', 1],
    [fit, 58, 8, 3, 2, 8, 4, 0, 'block', 1],
    [check, 28, 16, 1, 2, 4, 4, 0, 'distributed', 0],
    [fit, 56, 64, 1, 2, 8, 4, 0, 'distributed', 0],
  ];
  return rows.map(
    ([use, size, IFMChannels, kernel, stride, SIMD, bits, depthwise, ram_style, parallel_window]) => {
      const output = Math.floor((size - kernel) / stride) + 1;
      return {
        id: `windows-${size}x${IFMChannels}-k${kernel}s${stride}-${SIMD}x${bits}${depthwise === 1 ? 'd' : ''}-${ram_style}${parallel_window === 1 ? '-whole' : ''}`,
        part: 'layer',
        use,
        op: 'ConvolutionInputGenerator_rtl',
        attributes: {
          ConvKernelDim: [kernel, kernel],
          IFMChannels,
          IFMDim: [size, size],
          OFMDim: [output, output],
          SIMD,
          M: 1,
          Stride: [stride, stride],
          Dilation: [1, 1],
          inputDataType: `UINT${bits}`,
          outputDataType: `UINT${bits}`,
          depthwise,
          ram_style,
          parallel_window,
          is1D: 0,
        },
      };
    },
  );
}

/** Size of the image, channels, SIMD, bits. */
function paddings() {
  const rows = [
    [fit, 28, 64, 1, 4],
    [check, 14, 256, 8, 4],
    [check, 224, 3, 3, 8],
    [fit, 7, 1024, 32, 4],
    [check, 56, 128, 16, 2],
  ];
  return rows.map(([use, size, NumChannels, SIMD, bits]) => ({
    id: `padding-${size}x${NumChannels}-${SIMD}x${bits}`,
    part: 'layer',
    use,
    op: 'FMPadding_rtl',
    attributes: {
      ImgDim: [size, size],
      Padding: [1, 1, 1, 1],
      NumChannels,
      SIMD,
      inputDataType: `UINT${bits}`,
    },
  }));
}

/** Bits of a word in and out. */
function converters() {
  const rows = [
    [fit, 16, 32],
    [check, 8, 32],
    [fit, 32, 16],
    [check, 32, 4],
    [check, 4, 64],
    [fit, 128, 8],
    [check, 64, 16],
    [fit, 8, 128],
    [check, 24, 36],
    [fit, 36, 24],
    [check, 20, 32],
    [fit, 12, 32],
    [check, 48, 20],
    [fit, 64, 8],
    [fit, 32, 8],
    [fit, 48, 16],
    [fit, 40, 8],
    [check, 16, 4],
    [check, 128, 16],
    [fit, 48, 8],
  ];
  return rows.map(([use, inWidth, outWidth]) => {
    const values = leastCommonMultiple(inWidth, outWidth) / 4;
    const shape = [1, 4, 4, values];
    return {
      id: `converter-${inWidth}to${outWidth}`,
      part: 'layer',
      use,
      op: 'StreamingDataWidthConverter_rtl',
      attributes: { inShape: shape, outShape: shape, inWidth, outWidth, dataType: 'UINT4' },
    };
  });
}

/** Depth, bits of a word. */
function fifos() {
  const rows = [
    [check, 2, 8],
    [check, 2, 64],
    [check, 33, 16],
    [check, 33, 64],
    [check, 33, 128],
    [check, 64, 8],
    [check, 64, 32],
    [check, 129, 64],
    [check, 257, 16],
    [check, 513, 32],
    [check, 1025, 16],
    [check, 1500, 64],
  ];
  return rows.map(([use, depth, width]) => ({
    id: `fifo-${depth}x${width}`,
    part: 'layer',
    use,
    op: 'StreamingFIFO_rtl',
    attributes: {
      depth,
      folded_shape: [1, 4, 4, width / 4],
      normal_shape: [1, 4, 4, width / 4],
      dataType: 'UINT4',
      ram_style: 'auto',
      impl_style: 'rtl',
    },
  }));
}

function leastCommonMultiple(left, right) {
  let multiple = left;
  while (multiple % right !== 0) multiple += left;
  return multiple;
}
