/** What to do about an operator in the middle of a network that neither the FPGA nor the host can run there. */
export function wayOut(opType: string): string {
  if (activationFunctions.has(opType))
    return 'in front of a quantiser use ReLU, ReLU6 or HardTanh (Brevitas: QuantReLU, QuantHardTanh), or the quantiser alone';
  if (opType === 'Slice')
    return 'take all parts of a tensor, each once and without steps, as torch.chunk and torch.split do, and do not drop channels: let the layer in front make only those that you use';
  if (opType === 'ConvTranspose') return 'use a nearest Upsample and a convolution behind it instead';
  return 'only behind the last layer can the host run such a node; quantise in front of it and end the network there, or replace it';
}

/** Functions of one number that FINN cannot make part of a quantiser's thresholds. */
const activationFunctions: ReadonlySet<string> = new Set([
  'Celu',
  'Elu',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'LeakyRelu',
  'Mish',
  'PRelu',
  'Selu',
  'Sigmoid',
  'Softplus',
  'Softsign',
  'Swish',
  'Tanh',
  'ThresholdedRelu',
]);
