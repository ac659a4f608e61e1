// The configuration of the server: one JSON file, in which every path of the system can be changed, so that the same program
// runs on a real board and with files that replace one.
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
  // Whether a simulation replaces the hardware, for tests.
  bool simulated;
  std::string listenHost;
  std::uint16_t listenPort;
  std::string keyFile;
  // Folder of packages and deployment.json.
  std::string state;
  // Duration of one reconfiguration in the time model; used by the emulated back end only.
  double reconfigurationSeconds;

  std::string fpgaManager;   // Folder with state, flags, firmware.
  std::string firmware;      // Folder from which the kernel reads bitstreams.
  std::string overlays;      // Folder of the device tree's overlays.
  std::string fpgaRegion;    // Path of the FPGA's region in the device tree.
  std::string memory;        // Physical memory: registers of accelerator and clock.
  std::string buffer;        // Folder of the u-dma-buf with phys_addr, size and the synchronisation files.
  std::string bufferDevice;  // Its memory.
  double pllMegahertz;       // The clock from which the fabric clock is divided.

  double loadSeconds;         // Deadline of a reconfiguration.
  double computeSeconds;      // Added to ten times the duration of a batch's cycles.
  double stallSeconds;        // For the rest of a frame, and for a peer to accept what is sent.
  double greetingSeconds;     // Until a client has proven that it knows the key.
  unsigned connections;
  unsigned framesPerSecond;   // Per connection; further ones are read later.
  std::size_t memoryBytes;    // For frames being received or waiting for their turn.

  // Whether results of this board must not be taken for measurements.
  bool isEmulated() const { return backEnd == BackEnd::emulated || simulated; }
};

// Refuses (server/config) a missing or incomplete file; `path` is in every message.
Config readConfig(const std::string &path);

}  // namespace board
