// A reading on the wire: words, each after its length and a colon. Every record begins with its
// kind and has as many words as its kind has.
#include <fmt/format.h>

#include "base/text.hpp"
#include "upload/reading.hpp"

namespace buildd {

namespace {

using Words = std::vector<std::string>;

void put(std::string& out, const Words& words) {
    for (const auto& word : words) out += fmt::format("{}:{}", word.size(), word);
}

class Unpacker {
 public:
    explicit Unpacker(std::string_view text) : text_(text) {}

    Result<Reading> run() {
        while (!text_.empty() && good_) record(word());
        const bool empty = reading_.malformed.empty() && reading_.changes.files.empty();
        if (!good_ || empty) return Error{"the reader's answer makes no sense"};
        return std::move(reading_);
    }

 private:
    std::string word() {
        const auto colon = text_.find(':');
        const auto size = colon < 20 ? parse_int(text_.substr(0, colon)) : std::nullopt;
        good_ = good_ && size && *size >= 0 &&
                static_cast<std::uint64_t>(*size) <= text_.size() - colon - 1;
        if (!good_) return "";
        const auto length = static_cast<std::size_t>(*size);
        std::string found(text_.substr(colon + 1, length));
        text_.remove_prefix(colon + 1 + length);
        return found;
    }

    void record(const std::string& kind) {
        if (kind == "malformed")
            reading_.malformed = word();
        else if (kind == "field")
            field();
        else if (kind == "file")
            file();
        else if (kind == "package")
            package();
        else if (kind == "unreadable")
            unreadable();
        else
            good_ = false;
    }

    void field() {
        std::string name = word();
        good_ = reading_.changes.fields.add(std::move(name), word()) && good_;
    }

    void file() {
        ListedFile& file = reading_.changes.files.emplace_back();
        file.name = word();
        const auto size = parse_int(word());
        good_ = good_ && size && *size >= 0;
        file.size = good_ ? static_cast<std::uint64_t>(*size) : 0;
        for (auto* digest : {&file.md5, &file.sha1, &file.sha256}) *digest = word();
    }

    void package() {
        const std::string name = word();
        BinaryFields& fields = reading_.packages[name];
        fields.file = name;
        for (auto* field : {&fields.package, &fields.version, &fields.architecture,
                            &fields.provides, &fields.source, &fields.multiarch})
            *field = word();
    }

    void unreadable() {
        const std::string file = word();
        reading_.unreadable[file] = word();
    }

    std::string_view text_;
    bool good_ = true;
    Reading reading_;
};

}  // namespace

std::string pack(const Reading& reading) {
    std::string out;
    if (!reading.malformed.empty()) put(out, {"malformed", reading.malformed});
    for (const char* name : {"Source", "Version", "Architecture", "Distribution", "Binary"})
        if (const auto* value = reading.changes.fields.find(name))
            put(out, {"field", name, *value});
    for (const auto& file : reading.changes.files)
        put(out, {"file", file.name, std::to_string(file.size), file.md5, file.sha1, file.sha256});
    for (const auto& [file, fields] : reading.packages)
        put(out, {"package", file, fields.package, fields.version, fields.architecture,
                  fields.provides, fields.source, fields.multiarch});
    for (const auto& [file, why] : reading.unreadable) put(out, {"unreadable", file, why});
    return out;
}

Result<Reading> unpack(std::string_view text) {
    return Unpacker(text).run();
}

}  // namespace buildd
