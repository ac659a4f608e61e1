#include "accelerator.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "files.h"
#include "refusal.h"
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

std::uint64_t numberIn(const std::string &path) {
  const std::string line = readLine(path);
  char *end = nullptr;
  const std::uint64_t value = std::strtoull(line.c_str(), &end, 0);
  if (line.empty() || *end != '\0') throw Refusal("board/no-buffer", path + " does not contain a number", "is u-dma-buf loaded?");
  return value;
}

Fields engineOf(const Fields &about, const char *list) {
  const auto engines = about.objects(list);
  if (engines.size() == 1) return engines[0];
  throw Refusal("package/bad-accelerator", std::string("accelerator.json does not name one engine in ") + list);
}

std::uint64_t addressOf(const Fields &engine) {
  const std::uint64_t address = engine.count("address");
  if (address % registerBytes == 0 && address >= logicBegin && address < logicEnd) return address;
  throw Refusal("package/bad-accelerator", "an engine in accelerator.json is not in the programmable logic");
}

}  // namespace

Accelerator::Accelerator(const Config &config, const Package &package)
    : config_(config),
      input_(package.input),
      output_(package.output),
      firstSeconds_(package.computeSeconds(1)),
      nextSeconds_(package.computeSeconds(2) - package.computeSeconds(1)) {
  const Bytes &text = package.file("accelerator.json", config.name);
  const Fields about = Fields::parse({text.data(), text.size()}, "accelerator.json", "package/bad-accelerator");
  const auto engine = [&](const Fields &fields) {
    return Engine{fields.text("name"), std::make_unique<Mapping>(Mapping::Of::registers, config.memory,
                                                                 addressOf(fields), registerBytes, "board/no-registers")};
  };
  reading_ = engine(engineOf(about, "inputs"));
  writing_ = engine(engineOf(about, "outputs"));
  for (const Engine *each : {&reading_, &writing_}) {
    if ((each->registers->read(control) & idle) != 0) continue;
    throw Refusal("board/no-accelerator", each->name + " on " + config.name + " is not idle after the load: control is " +
                                              hex(each->registers->read(control)));
  }
  physical_ = numberIn(config.buffer + "/phys_addr");
  const std::size_t size = static_cast<std::size_t>(numberIn(config.buffer + "/size"));
  buffer_ = std::make_unique<Mapping>(Mapping::Of::memory, config.bufferDevice, 0, size, "board/no-buffer");
  const std::size_t half = size / 2 / alignment * alignment;
  most_ = half > alignment ? (half - alignment) / (foldedBytes(input_) + foldedBytes(output_)) : 0;
  if (most_ == 0) {
    throw Refusal("board/no-buffer", "the buffer of " + std::to_string(size) + " bytes on " + config.name +
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

void Accelerator::fill(const Half &half, const std::uint8_t *packed, std::size_t images) {
  repack(packed, times(input_.normal, images), times(input_.folded, images), input_.type.bits, buffer_->data() + half.input);
  synchronise("sync_for_device", half.input, images * foldedBytes(input_), "1");
}

void Accelerator::empty(const Half &half, std::uint8_t *results, std::size_t images) {
  synchronise("sync_for_cpu", half.output, images * foldedBytes(output_), "2");
  repack(buffer_->data() + half.output, times(output_.folded, images), times(output_.normal, images), output_.type.bits,
         results);
}

// As in FINN's own driver: the writing engine first, so that no result arrives before there is a place for it.
void Accelerator::start(const Half &half, std::size_t images) {
  const auto prepare = [&](const Engine &engine, std::uint64_t address) {
    engine.registers->write(addressLow, static_cast<std::uint32_t>(address));
    engine.registers->write(addressHigh, static_cast<std::uint32_t>(address >> 32));
    engine.registers->write(repetitions, static_cast<std::uint32_t>(images));
    engine.registers->write(control, begin);
  };
  prepare(writing_, physical_ + half.output);
  prepare(reading_, physical_ + half.input);
}

void Accelerator::await(std::size_t images, Clock::time_point began) {
  const double expected = firstSeconds_ + static_cast<double>(images - 1) * nextSeconds_;
  const double allowed = 10 * expected + config_.computeSeconds;
  // For short batches it polls without a pause, since a pause would take longer than the batch.
  for (unsigned polls = 0; (writing_.registers->read(control) & done) == 0; polls++) {
    const std::chrono::duration<double> waited = Clock::now() - began;
    if (waited.count() > allowed) {
      throw Refusal("board/stalled",
                    "the accelerator of " + config_.name + " did not give the results of " + std::to_string(images) +
                        " images within " + formatted("%.3f", allowed) + " s: " + diagnosis(),
                    "load the package again; if that does not help, the FIFOs of the submodel may be too small");
    }
    if (polls > 1000) std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

// u-dma-buf: selects a part of the buffer, then writes back or invalidates the cache for it.
void Accelerator::synchronise(const char *file, std::size_t offset, std::size_t size, const char *direction) {
  const auto set = [&](const char *name, const std::string &value) {
    if (writeAttribute(config_.buffer + "/" + name, value.data(), value.size()) == 0) return;
    throw Refusal("board/no-buffer", config_.buffer + "/" + name + " cannot be written");
  };
  set("sync_offset", std::to_string(offset));
  set("sync_size", std::to_string(size));
  set("sync_direction", direction);
  set(file, "1");
}

std::string Accelerator::diagnosis() const {
  const auto about = [](const Engine &engine) {
    const std::uint32_t value = engine.registers->read(control);
    return engine.name + " has control " + hex(value) + ((value & (done | idle)) != 0 ? " (ended)" : " (at work)");
  };
  const bool hasRead = (reading_.registers->read(control) & (done | idle)) != 0;
  return about(reading_) + ", " + about(writing_) +
         (hasRead ? "; it read all input but wrote too little output" : "; it did not read all input");
}

}  // namespace board
