#include "upload/ar_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <unistd.h>

#include "base/fd.hpp"
#include "base/text.hpp"

namespace buildd {

namespace {

constexpr std::string_view magic = "!<arch>\n";
constexpr std::size_t header_size = 60;
constexpr std::size_t max_version = 64;
constexpr std::int64_t max_control_member = 16 << 20;
constexpr int max_passed_over = 16;

DebError bad(std::string why) {
    return {DebError::Kind::bad, std::move(why)};
}

struct Member {
    std::string name;
    std::int64_t size = 0, at = 0;  // of its data
};

class ArFile {
 public:
    ArFile(const std::string& path, Fd fd) : path_(path), fd_(std::move(fd)) {}

    // Exactly so many bytes.
    Result<std::string, DebError> read(std::int64_t at, std::size_t size) const {
        std::string out(size, '\0');
        std::size_t done = 0;
        while (done < size) {
            const ssize_t got = ::pread(fd_.get(), out.data() + done, size - done,
                                        at + static_cast<std::int64_t>(done));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0)
                return DebError{DebError::Kind::ours, system_error("cannot read", path_).message};
            if (got == 0) return bad("it ends too early");
            done += static_cast<std::size_t>(got);
        }
        return out;
    }

    Result<Member, DebError> member(std::int64_t at) const {
        const auto header = read(at, header_size);
        if (!header) return header.error();
        std::string name(trim(std::string_view(*header).substr(0, 16)));
        if (name.ends_with('/')) name.pop_back();
        const auto size = parse_int(trim(std::string_view(*header).substr(48, 10)));
        if (!header->ends_with("`\n") || !size || *size < 0)
            return bad("it is not made of members as ar(5) has them");
        return Member{name, *size, at + static_cast<std::int64_t>(header_size)};
    }

    Result<Member, DebError> after(const Member& member) const {
        return this->member(member.at + member.size + member.size % 2);
    }

 private:
    const std::string& path_;
    Fd fd_;
};

std::optional<DebError> check_beginning(const ArFile& file, const Member& first) {
    if (first.name != "debian-binary" || first.size > static_cast<std::int64_t>(max_version))
        return bad("its first member is not debian-binary");
    const auto version = file.read(first.at, static_cast<std::size_t>(first.size));
    if (!version) return version.error();
    if (!version->starts_with("2.")) return bad("its format is not 2");
    return std::nullopt;
}

}  // namespace

Result<ControlMember, DebError> read_control_member(const std::string& path) {
    auto fd = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd) return DebError{DebError::Kind::ours, fd.error().message};
    const ArFile file(path, std::move(*fd));
    const auto beginning = file.read(0, magic.size());
    if (!beginning) return beginning.error();
    if (*beginning != magic) return bad("it is no ar archive");
    auto member = file.member(static_cast<std::int64_t>(magic.size()));
    if (!member) return member.error();
    if (const auto error = check_beginning(file, *member)) return *error;
    member = file.after(*member);
    for (int passed = 0; member && member->name.starts_with('_'); ++passed) {
        if (passed == max_passed_over) return bad("its control member is nowhere near the front");
        member = file.after(*member);
    }
    if (!member) return member.error();
    if (!member->name.starts_with("control.tar")) return bad("its second member is no control.tar");
    if (member->size > max_control_member)
        return bad(fmt::format("its control member is longer than {} bytes", max_control_member));
    auto data = file.read(member->at, static_cast<std::size_t>(member->size));
    if (!data) return data.error();
    return ControlMember{member->name, std::move(*data)};
}

}  // namespace buildd
