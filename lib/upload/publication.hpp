// Publishing an examined leaf, in the order in which nothing that is done can be in vain: its files
// into the librarian, its claims, publish_command, its rows.
#pragma once

#include <string>
#include <vector>

#include "upload/examine.hpp"
#include "upload/take_in.hpp"

namespace buildd {

struct LeafToPublish {
    const UploadOrder& order;
    const db::UploadTarget& target;
    const Examined& examined;  // without reasons against it
    std::string changes_path;
    std::string folder;  // of the leaf
};

struct Published {
    enum class End {
        done,      // the build is FULLYBUILT
        rejected,  // for these reasons; this try has done nothing
        refused,   // by publish_command
        given_up,  // publish_command came to no end for a day: its claims stay
    };
    End end = End::done;
    Reasons reasons;
};

// Throws Failure when something of ours keeps it from being published, publish_command included:
// to be run again for the same leaf.
net::Task<Published> publish_leaf(const UploadTools& tools, const LeafToPublish& leaf);

}  // namespace buildd
