#include "accelerator.h"

#include <algorithm>
#include <thread>

#include "refusal.h"
#include "registers.h"
#include "text.h"

namespace board {
namespace {

// Registers of an engine, see docs/facts.md.
constexpr std::size_t control = 0x00, addressLow = 0x10, addressHigh = 0x14, repetitions = 0x1c;
constexpr std::uint32_t begin = 1, done = 2, idle = 4;
constexpr std::size_t registerBytes = 0x1000;
// The ports through which the processor reaches the programmable logic.
constexpr std::uint64_t logicBegin = 0x40000000, logicEnd = 0xc0000000;
constexpr std::size_t alignment = 4096;

std::size_t foldedBytes(const Boundary &boundary) { return packedBytes(boundary.folded, boundary.type); }

Rows times(Rows rows, std::size_t count) { return {rows.rows * count, rows.columns}; }

std::string hex(std::uint32_t value) { return formatted("0x%02x", value); }

AcceleratorPlan::Engine engineOf(const Fields &about, const char *list) {
  const auto engines = about.objects(list);
  if (engines.size() != 1) {
    throw Refusal("package/bad-accelerator", std::string("accelerator.json does not name one engine in ") + list);
  }
  const Fields &engine = engines[0];
  const std::uint64_t address = engine.count("address");
  if (address % registerBytes != 0 || address < logicBegin || address >= logicEnd) {
    throw Refusal("package/bad-accelerator", "an engine in accelerator.json is not in the programmable logic");
  }
  const bool hasWidth = engine.has("width") && !engine.value()["width"].is_null();
  return {engine.text("name"), address, hasWidth ? engine.count("width") : 0};
}

double positive(const Fields &fields, const char *name) {
  const double value = fields.amount(name);
  if (value > 0 && value < 10'000) return value;
  throw Refusal("package/bad-accelerator", std::string("accelerator.json: \"") + name + "\" is not a frequency in MHz");
}

}  // namespace

AcceleratorPlan AcceleratorPlan::of(const Package &package) {
  const Bytes text = package.contents("accelerator.json");
  const Fields about = Fields::parse({text.data(), text.size()}, "accelerator.json", "package/bad-accelerator");
  if (about.count("format") != 2) {
    throw Refusal("package/bad-accelerator",
                  "accelerator.json has format " + std::to_string(about.count("format")) + "; this version reads format 2",
                  "build the package again");
  }
  const Fields clock = about.object("clock");
  return {positive(clock, "fclk0MHz"), positive(clock, "acceleratorMHz"), engineOf(about, "inputs"),
          engineOf(about, "outputs")};
}

Accelerator::Accelerator(const Config &config, const Package &package, const AcceleratorPlan &plan,
                         std::function<void()> alive)
    : config_(config),
      alive_(std::move(alive)),
      input_(package.input),
      output_(package.output),
      firstSeconds_(package.computeSeconds(1, plan.megahertz)),
      nextSeconds_(package.computeSeconds(2, plan.megahertz) - package.computeSeconds(1, plan.megahertz)),
      reading_{plan.input.name, mapRegisters(config, plan.input.address, registerBytes)},
      writing_{plan.output.name, mapRegisters(config, plan.output.address, registerBytes)},
      buffer_(config) {
  for (const Engine *each : {&reading_, &writing_}) {
    if ((each->registers->read(control) & idle) != 0) continue;
    throw Refusal("board/no-accelerator", each->name + " on " + config.name + " is not idle after the load: control is " +
                                              hex(each->registers->read(control)));
  }
  const std::size_t half = buffer_.size() / 2 / alignment * alignment;
  most_ = half > alignment ? (half - alignment) / (foldedBytes(input_) + foldedBytes(output_)) : 0;
  if (most_ == 0) {
    throw Refusal("board/no-buffer", "the buffer of " + std::to_string(buffer_.size()) + " bytes on " + config.name +
                                         " does not hold two images and their results",
                  "give u-dma-buf more memory");
  }
  const std::size_t behindImages = (most_ * foldedBytes(input_) + alignment - 1) / alignment * alignment;
  halves_ = {Half{0, behindImages}, Half{half, half + behindImages}};
}

// The halves of the buffer alternate: while the accelerator works on one, the processor packs the next images into the other
// and unpacks the results that are there.
Bytes Accelerator::infer(View packed, std::size_t images) {
  Bytes results(images * output_.bytes());
  const std::size_t most = partOf(images), parts = (images + most - 1) / most;
  const auto halfOf = [&](std::size_t part) -> const Half & { return halves_[part % 2]; };
  const auto countOf = [&](std::size_t part) { return std::min(most, images - part * most); };
  const auto fillFor = [&](std::size_t part) {
    fill(halfOf(part), packed.data + part * most * input_.bytes(), countOf(part));
  };
  const auto emptyAfter = [&](std::size_t part) {
    empty(halfOf(part), results.data() + part * most * output_.bytes(), countOf(part));
  };
  fillFor(0);
  for (std::size_t part = 0; part < parts; part++) {
    const auto began = Clock::now();
    start(halfOf(part), countOf(part));
    if (part + 1 < parts) fillFor(part + 1);
    if (part > 0) emptyAfter(part - 1);
    await(countOf(part), began);
  }
  emptyAfter(parts - 1);
  return results;
}

// A batch that would fit a half is still worth cutting into four: then three quarters of the packing cost no time. But each
// start fills the accelerator's pipeline again, so the batch must take long enough for three more starts not to matter (2 %).
std::size_t Accelerator::partOf(std::size_t images) const {
  const double startSeconds = 100e-6 + firstSeconds_ - nextSeconds_;
  const bool isLong = static_cast<double>(images) * nextSeconds_ > 3 * startSeconds / 0.02;
  return std::min(most_, isLong ? (images + 3) / 4 : images);
}

// Packing anew takes memory for every element, so a large batch is packed in slices, between which there is a sign of life.
template <typename Pack>
void Accelerator::inSlices(std::size_t images, Pack pack) const {
  constexpr std::size_t elements = std::size_t{1} << 20;
  const std::size_t most = std::max<std::size_t>(
      elements / std::max(input_.normal.rows * input_.normal.columns, output_.normal.rows * output_.normal.columns), 1);
  for (std::size_t first = 0; first < images; first += most) {
    pack(first, std::min(most, images - first));
    alive_();
  }
}

void Accelerator::fill(const Half &half, const std::uint8_t *packed, std::size_t images) {
  inSlices(images, [&](std::size_t first, std::size_t count) {
    repack(packed + first * input_.bytes(), times(input_.normal, count), times(input_.folded, count), input_.type.bits,
           buffer_.data() + half.input + first * foldedBytes(input_));
  });
  buffer_.giveToDevice(half.input, images * foldedBytes(input_));
}

void Accelerator::empty(const Half &half, std::uint8_t *results, std::size_t images) {
  buffer_.takeFromDevice(half.output, images * foldedBytes(output_));
  inSlices(images, [&](std::size_t first, std::size_t count) {
    repack(buffer_.data() + half.output + first * foldedBytes(output_), times(output_.folded, count),
           times(output_.normal, count), output_.type.bits, results + first * output_.bytes());
  });
}

// As in FINN's own driver: the writing engine first, so that no result arrives before there is a place for it, and only if it
// is idle.
void Accelerator::start(const Half &half, std::size_t images) {
  const std::uint32_t state = writing_.registers->read(control);
  if ((state & idle) == 0) {
    throw Refusal("board/stalled",
                  writing_.name + " on " + config_.name + " is still at work before a batch: control is " + hex(state),
                  "load the package again");
  }
  const auto prepare = [&](const Engine &engine, std::uint64_t address) {
    engine.registers->write(addressLow, static_cast<std::uint32_t>(address));
    engine.registers->write(addressHigh, static_cast<std::uint32_t>(address >> 32));
    engine.registers->write(repetitions, static_cast<std::uint32_t>(images));
    engine.registers->write(control, begin);
  };
  prepare(writing_, buffer_.physical() + half.output);
  prepare(reading_, buffer_.physical() + half.input);
}

// The done bit is cleared by reading it, so the value that was read last is kept.
void Accelerator::await(std::size_t images, Clock::time_point began) {
  const double expected = firstSeconds_ + static_cast<double>(images - 1) * nextSeconds_;
  const double allowed = 10 * expected + config_.computeSeconds;
  // For short batches it polls without a pause, since a pause would take longer than the batch.
  for (unsigned polls = 0;; polls++) {
    const std::uint32_t state = writing_.registers->read(control);
    if ((state & done) != 0) return;
    const std::chrono::duration<double> waited = Clock::now() - began;
    if (waited.count() > allowed) {
      throw Refusal("board/stalled",
                    "the accelerator of " + config_.name + " did not give the results of " + std::to_string(images) +
                        " images within " + formatted("%.3f", allowed) + " s: " + diagnosis(state),
                    "load the package again; if that does not help, the FIFOs of the submodel may be too small");
    }
    if (polls < 1000) continue;
    alive_();
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

bool Accelerator::comesToRest(double seconds) const {
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
  const auto isIdle = [](const Engine &engine) { return (engine.registers->read(control) & idle) != 0; };
  while (!isIdle(reading_) || !isIdle(writing_)) {
    if (Clock::now() > deadline) return false;
    alive_();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

std::string Accelerator::diagnosis(std::uint32_t writing) const {
  const auto about = [](const Engine &engine, std::uint32_t value) {
    return engine.name + " has control " + hex(value) + ((value & (done | idle)) != 0 ? " (ended)" : " (at work)");
  };
  const std::uint32_t reading = reading_.registers->read(control);
  const bool hasRead = (reading & (done | idle)) != 0;
  return about(reading_, reading) + ", " + about(writing_, writing) +
         (hasRead ? "; it read all input but wrote too little output" : "; it did not read all input");
}

}  // namespace board
