// The configuration of the server: one JSON file, in which every path of the system can be changed, so that the same program
// runs on a real board and with files that replace one.
#pragma once
#include <cstdint>
#include <string>

#include "frame.h"

namespace board {

enum class BackEnd { emulated, sysfs, overlay };

// Resets the board if the server does not give a sign of life; off unless `device` is named.
struct WatchdogConfig {
  std::string device;  // Such as /dev/watchdog.
  double seconds = 15;
};

struct Config {
  std::string name;
  std::string boardType;
  std::string part;
  BackEnd backEnd = BackEnd::emulated;
  // Whether a simulation replaces the hardware, for tests.
  bool simulated = false;
  std::string listenHost = "0.0.0.0";
  std::uint16_t listenPort = 7411;
  std::string keyFile = "/etc/pipeline-board/cluster.key";
  // Folder of packages and deployment.json.
  std::string state = "/var/lib/pipeline-board";
  // Duration of one reconfiguration in the time model; used by the emulated back end only.
  double reconfigurationSeconds = 0.2298;

  std::string fpgaManager = "/sys/class/fpga_manager/fpga0";         // Folder with state, flags, firmware.
  std::string firmware = "/lib/firmware";                            // Folder from which the kernel reads firmware.
  std::string overlays = "/sys/kernel/config/device-tree/overlays";  // Folder of the device tree's overlays.
  std::string fpgaRegion = "/fpga-full";                             // Path of the FPGA's region in the device tree.
  std::string memory = "/dev/mem";                                   // Physical memory.
  std::string uio = "/sys/class/uio";                                // Ranges of physical memory with devices of their own,
  std::string devices = "/dev";                                      // and the folder of those devices.
  std::string fclkcfg = "/sys/class/fclkcfg";                        // The kernel's setting of FCLK0, if it has one.
  std::string buffer = "/sys/class/u-dma-buf/udmabuf0";              // Folder of the u-dma-buf.
  std::string bufferDevice = "/dev/udmabuf0";                        // Its memory.
  double crystalMegahertz = 100.0 / 3;                               // The clock that the PLLs multiply.

  double loadSeconds = 10;      // Until a client is told that the kernel has not finished a load.
  double idleSeconds = 2;       // For the engines to come to rest after a stall.
  double computeSeconds = 1;    // Added to ten times the duration of a batch's cycles.
  double stallSeconds = 30;     // For the rest of a frame, and for a peer to accept what is sent.
  double greetingSeconds = 10;  // Until a client has proven that it knows the key.
  unsigned connections = 16;
  unsigned framesPerSecond = 5000;                     // Per connection; further ones are read later.
  std::size_t memoryBytes = std::size_t{128} << 20;    // For frames being received or waiting for their turn.
  WatchdogConfig watchdog;

  // Whether results of this board must not be taken for measurements.
  bool isEmulated() const { return backEnd == BackEnd::emulated || simulated; }
};

// Refuses (server/config) a missing or incomplete file; `path` is in every message.
Config readConfig(const std::string &path);
// The same from the text of the file.
Config parseConfig(View text, const std::string &path);

}  // namespace board
