// What is said of a common cause, and where builders stand.
#include "policy/cause_words.hpp"

#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;

TEST_CASE("a builder's network is told by its address or its domain") {
    CHECK(network_of("192.0.2.17") == "192.0.2");
    CHECK(network_of("ant.build.example.org") == "build.example.org");
    CHECK(network_of("ant") == "ant");
    CHECK(network_of("bee") == "bee");
    CHECK(network_of("[2001:db8:0:1::7]") == "2001:db8:0:1::/64");
    CHECK(network_of("[2001:db8:0:1:ffff::]") == "2001:db8:0:1::/64");
    CHECK(network_of("[2001:db8:0:2::7]") == "2001:db8:0:2::/64");
    CHECK(network_of("[fe80::7%eth0]") == "fe80::/64");
    CHECK(network_of("[none]") == "[none]");
    CHECK(network_of("[") == "[");
}

TEST_CASE("the network of all builders has no name") {
    CHECK(cause_words(CauseKind::network, CauseWord::silent, "192.0.2") ==
          "the builders' network 192.0.2: builders fell silent together");
    CHECK(cause_words(CauseKind::network, CauseWord::silent, "") ==
          "the builders' network: builders fell silent together");
}
