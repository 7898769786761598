#include "upload/clear_signed.hpp"

#include <vector>

#include "base/text.hpp"

namespace buildd {

namespace {

constexpr std::string_view begin_message = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view begin_signature = "-----BEGIN PGP SIGNATURE-----";
constexpr std::string_view end_signature = "-----END PGP SIGNATURE-----";

class Splitter {
 public:
    explicit Splitter(std::string_view whole) : lines_(split(whole, '\n')) {
        while (!lines_.empty() && without_end(lines_.back()).empty()) lines_.pop_back();
    }

    Result<ClearSigned> run() {
        if (at(0) != begin_message) return Error{"it does not begin with a signed text"};
        for (++next_; next_ < lines_.size() && !at(next_).empty(); ++next_)
            if (!at(next_).starts_with("Hash:")) return Error{"its signed text has other headers"};
        ++next_;  // the blank line
        read_text();
        if (!read_signature() || next_ != lines_.size())
            return Error{"it is not one signed text with nothing behind it"};
        return std::move(parts_);
    }

 private:
    std::string_view at(std::size_t line) const {
        return line < lines_.size() ? without_end(lines_[line]) : std::string_view();
    }

    void read_text() {
        bool first = true;
        for (; next_ < lines_.size() && at(next_) != begin_signature; ++next_) {
            std::string_view line = at(next_);
            if (line.starts_with("- ")) line.remove_prefix(2);
            if (!std::exchange(first, false)) parts_.text += '\n';
            parts_.text += line;
        }
    }

    bool read_signature() {
        for (; next_ < lines_.size(); ++next_) {
            parts_.signature.append(at(next_)).append("\n");
            if (at(next_) == end_signature) return ++next_ != 0;
        }
        return false;
    }

    std::vector<std::string> lines_;
    std::size_t next_ = 0;
    ClearSigned parts_;
};

}  // namespace

std::string_view without_end(std::string_view line) {
    const auto last = line.find_last_not_of(" \t\r");
    return line.substr(0, last == line.npos ? 0 : last + 1);
}

Result<ClearSigned> split_clear_signed(std::string_view whole) {
    return Splitter(whole).run();
}

}  // namespace buildd
