// need add, list, remove; builder set --tag, --reserved, --refuse.
#include "admin.hpp"

using namespace buildd;
using test::Admin;

TEST_CASE("tags reserve and refused sources of a builder are set shown and taken back") {
    Admin admin;
    admin.says(
        {"builder", "set", "bob", "--tag", "kvm", "--tag", "big-memory", "--tag", "kvm",
         "--reserved", "--refuse", "gcc-*"},
        "builder bob: changed: tags none -> big-memory kvm, reserved no -> yes, refuses none "
        "-> gcc-*\n");
    CHECK(admin.farm.value("SELECT tags::text || reserved || refuses::text FROM builder "
                           "WHERE name = 'bob'") == "{big-memory,kvm}true{gcc-*}");
    const auto shown = admin.run({"builder", "show", "bob"}).out;
    for (const char* text : {"big-memory kvm", "gcc-*", "reserved"})
        CHECK(shown.find(text) != std::string::npos);
    admin.says({"builder", "set", "bob", "--tag", "kvm", "--tag", "big-memory"},
               "builder bob: is so already\n");
    admin.fails({"builder", "set", "bob", "--no-tag"}, 64,
                "builder 'bob' has no tag to be reserved for: give --tag TAG, or --no-reserved");
    admin.fails({"builder", "set", "frog", "--reserved"}, 64,
                "builder 'frog' has no tag to be reserved for: give --tag TAG, or --no-reserved");
    admin.fails({"builder", "set", "bob", "--reserved", "--no-reserved"}, 64,
                "give --reserved or --no-reserved, not both");
    admin.fails({"builder", "set", "bob", "--refuse", "a b"}, 64,
                "--refuse: 'a b' is not one word, in which * is any text and ? any character");
    admin.says({"builder", "set", "bob", "--no-tag", "--no-reserved", "--no-refuse"},
               "builder bob: changed: tags big-memory kvm -> none, reserved yes -> no, refuses "
               "gcc-* -> none\n");
}

TEST_CASE("needs are added listed and removed") {
    Admin admin;
    admin.farm.sql("UPDATE builder SET tags = '{big}'");
    const std::vector<std::string> words{"mozilla-*", "--tag",  "big", "--series",
                                         "hoary",     "--arch", "i386"};
    const auto with = [&](const char* command) {
        std::vector<std::string> out{"need", command};
        out.insert(out.end(), words.begin(), words.end());
        return out;
    };
    const std::string title = "need of big by mozilla-* in */hoary on i386";
    admin.says(with("add"), title + ": added\n");
    admin.says(with("add"), title + ": is so already\n");
    CHECK(admin.run({"need", "list"}).out ==
          "SOURCE     SERIES   ARCH  TAG  WAITING  BUILDERS\n"
          "mozilla-*  */hoary  i386  big  1        2\n");
    admin.says(with("remove"), title + ": removed\n");
    admin.fails(with("remove"), 64,
                "there is no " + title + ": 'buildd-master need list' names them");
    CHECK(admin.farm.value("SELECT count(*) FROM buildqueue WHERE tags <> '{}'") == "0");
}

TEST_CASE("need add warns of architectures none of whose builders has the tag") {
    Admin admin;
    const auto done = admin.run({"need", "add", "mozilla-firefox", "--tag", "big"});
    CHECK(done.status == 0);
    CHECK(done.err.find("has the tag 'big': what needs it waits until 'buildd-master builder set "
                        "NAME --tag big'") != std::string::npos);
    admin.farm.sql("UPDATE builder SET tags = '{big}'");
    CHECK(admin.run({"need", "add", "pmount", "--tag", "big", "--arch", "i386"}).err.empty());
}

TEST_CASE("a limit of running jobs is set shown by build why and taken back") {
    Admin admin;
    admin.farm.give(7, "bob");
    admin.says({"archive", "set", "ubuntu/primary", "--max-running", "1"},
               "archive ubuntu/primary: changed: max running none -> 1\n");
    CHECK(
        admin.run({"build", "why", "8"})
            .out.find(
                "As many jobs of its archive run as may: 'buildd-master archive set ubuntu/primary "
                "--max-running' lets more run.") != std::string::npos);
    CHECK(admin.run({"queue", "why"}).out.find("1 at a limit of running jobs") !=
          std::string::npos);
    admin.fails({"archive", "set", "ubuntu/primary", "--max-running", "0"}, 64,
                "--max-running: '0' is neither 'none' nor a number from 1 to 1000000");
    admin.says({"archive", "set", "ubuntu/primary", "--max-running", "none"},
               "archive ubuntu/primary: changed: max running 1 -> none\n");
    const auto owner = admin.farm.value("SELECT name FROM person WHERE id = 1");
    admin.says({"person", "set", owner, "--max-running", "3"},
               "person " + owner + ": changed: max running none -> 3\n");
    admin.says({"person", "set", owner, "--max-running", "3"},
               "person " + owner + ": is so already\n");
    CHECK(admin.farm.value("SELECT max_running FROM person WHERE id = 1") == "3");
}

TEST_CASE("needs of several tags are added together and removed together or not at all") {
    Admin admin;
    admin.farm.sql("UPDATE builder SET tags = '{big,kvm}'");
    const auto needs = [&] { return admin.farm.value("SELECT count(*) FROM need"); };
    admin.run({"need", "add", "pmount", "--tag", "big"});
    admin.fails({"need", "remove", "pmount", "--tag", "big", "--tag", "kvm"}, 64,
                "there is no need of kvm by pmount: 'buildd-master need list' names them");
    CHECK(needs() == "1");
    admin.farm.sql("ALTER TABLE need ADD CHECK (tag <> 'kvm')");
    const auto added = admin.run({"need", "add", "hello", "--tag", "big", "--tag", "kvm"});
    CHECK(added.status != 0);
    CHECK(added.out.empty());
    CHECK(needs() == "1");
}
