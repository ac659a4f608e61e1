// The program that computes for fake-accelerator.cpp, driven over its standard input and output:
//   configure NAME       is answered by a line IMAGEBYTES RESULTBYTES MICROSECONDS, the latter for each image, or refuse REASON
//   compute COUNT        is followed by COUNT images as they are in memory and answered by COUNT results, without a line
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>

#include "frame.h"

class Computer {
 public:
  // Starts the program, which ends with this one at the latest.
  explicit Computer(char **command) {
    int down[2], up[2];
    if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) throw std::runtime_error("no pipes");
    const pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      signal(SIGPIPE, SIG_DFL);
      dup2(down[0], 0);
      dup2(up[1], 1);
      execvp(command[0], command);
      _exit(127);
    }
    if (child < 0) throw std::runtime_error("no process");
    close(down[0]);
    close(up[1]);
    to_ = down[1];
    from_ = up[0];
    // Both directions at once: the program may answer before it has read everything, so neither side may wait for the other.
    fcntl(to_, F_SETFL, O_NONBLOCK);
  }

  // The answer to one line; throws once the program has ended.
  std::string ask(const std::string &line) {
    const std::string sent = line + "\n";
    exchange(reinterpret_cast<const std::uint8_t *>(sent.data()), sent.size(), nullptr, 0);
    std::string answer;
    for (char letter = 0;; answer += letter) {
      if (read(from_, &letter, 1) != 1) throw std::runtime_error("the program ended");
      if (letter == '\n') return answer;
    }
  }

  void compute(std::size_t count, board::View images, std::uint8_t *results, std::size_t resultBytes) {
    const std::string line = "compute " + std::to_string(count) + "\n";
    exchange(reinterpret_cast<const std::uint8_t *>(line.data()), line.size(), nullptr, 0);
    exchange(images.data, images.size, results, resultBytes);
  }

 private:
  void exchange(const std::uint8_t *sent, std::size_t sentBytes, std::uint8_t *taken, std::size_t takenBytes) {
    for (std::size_t written = 0, had = 0; written < sentBytes || had < takenBytes;) {
      pollfd ends[] = {{written < sentBytes ? to_ : -1, POLLOUT, 0}, {had < takenBytes ? from_ : -1, POLLIN, 0}};
      poll(ends, 2, -1);
      if (ends[0].revents != 0) {
        const ssize_t count = write(to_, sent + written, sentBytes - written);
        if (count < 0 && errno != EAGAIN) throw std::runtime_error("the program ended");
        if (count > 0) written += static_cast<std::size_t>(count);
      }
      if (ends[1].revents != 0) {
        const ssize_t count = read(from_, taken + had, takenBytes - had);
        if (count <= 0) throw std::runtime_error("the program ended");
        had += static_cast<std::size_t>(count);
      }
    }
  }

  int to_ = -1, from_ = -1;
};
