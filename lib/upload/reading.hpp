// What the texts of a leaf say: its .changes and the control files of its packages. They are read
// apart (apart.hpp), since a hostile builder may have made them to harm their reader.
#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include "upload/changes.hpp"

namespace buildd {

struct Reading {
    std::string malformed;  // what is wrong with all of it; then there is nothing else
    Changes changes;        // of its fields those that identify it
    // Of each package that the .changes lists and that is there, by its file: fields, or why not.
    std::map<std::string, BinaryFields> packages;
    std::map<std::string, std::string> unreadable;
};

// The reader was killed by a signal of its own: it has a fault, or met with one.
class ReaderDied : public std::runtime_error {
 public:
    ReaderDied(const std::string& sentence, int signal)
        : std::runtime_error(sentence), signal_(signal) {}
    int signal() const { return signal_; }

 private:
    int signal_;
};

// Throws ReaderDied, and Failure when something of ours keeps them from being read.
Reading read_leaf(const std::string& changes_path);

// On the wire between the reader and us. Error: it is no such text.
std::string pack(const Reading& reading);
Result<Reading> unpack(std::string_view text);

}  // namespace buildd
