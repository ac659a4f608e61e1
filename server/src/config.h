// The configuration of the server: one JSON file, in which every path of the system can be changed, so that the same program runs
// against a real board and against files that stand for one.
#pragma once
#include <cstdint>
#include <string>

namespace board {

enum class BackEnd { emulated, sysfs, overlay };

struct Config {
  std::string name;
  std::string boardType;
  std::string part;
  BackEnd backEnd;
  // What is behind the back end only simulates a board, for tests.
  bool simulated;
  std::string listenHost;
  std::uint16_t listenPort;
  std::string keyFile;
  // Where packages and deployment.json are.
  std::string state;
  // What the time model says of one reconfiguration; used by the emulated back end only.
  double reconfigurationSeconds;

  std::string fpgaManager;   // Folder with state, flags, firmware.
  std::string firmware;      // Folder from which the kernel reads bitstreams.
  std::string overlays;      // Folder of the device tree's overlays.
  std::string fpgaRegion;    // Path of the FPGA's region in the device tree.
  std::string memory;        // Physical memory: registers of accelerator and clock.
  std::string buffer;        // Folder of the u-dma-buf with phys_addr, size and the synchronisation files.
  std::string bufferDevice;  // Its memory.
  double pllMegahertz;       // What the fabric clock is divided from.

  double loadSeconds;         // Deadline of a reconfiguration.
  double computeSeconds;      // Added to ten times what the cycles of a batch take.
  double stallSeconds;        // For the rest of a frame, and for a peer to take what is sent.
  double greetingSeconds;     // Until a client has proven that it knows the key.
  unsigned connections;
  unsigned framesPerSecond;   // Of one connection; more are read later.
  std::size_t memoryBytes;    // For frames that are being received or waiting for their turn.

  // Whether nothing that this board gives may pass for a measurement.
  bool isEmulated() const { return backEnd == BackEnd::emulated || simulated; }
};

// Refuses (server/config) a file that is missing or lacks something; `path` is in every message.
Config readConfig(const std::string &path);

}  // namespace board
