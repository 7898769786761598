#include "farm/suite_files.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "farm/folders.hpp"
#include "farm/index_file.hpp"
#include "farm/release_signature.hpp"
#include "upload/clear_signed.hpp"
#include "upload/packages_file.hpp"
#include "upload/take_in.hpp"
#include "upload/unpacked.hpp"

namespace buildd::farm {

namespace {

using net::HttpError;
using Found = SuiteFiles::Found;

constexpr std::uint64_t max_release = 16 << 20;
constexpr long not_modified = 304, not_found = 404;
constexpr const char* in_release = "InRelease";
constexpr const char* plain_release = "Release";

std::string temporary(const SuiteClient& client) {
    return client.tools().settings.root + "/" + tmp_folder;
}

}  // namespace

SuiteFiles::SuiteFiles(SuiteClient& client, std::string url, std::string key)
    : client_(client), url_(std::move(url)), key_(std::move(key)) {}

std::string SuiteFiles::source() const {
    return mask_passwords(url_) + " " + (key_.empty() ? "" : digest(DigestKind::sha256, key_));
}

net::Task<Found> SuiteFiles::fetch_release(std::optional<db::KnownSuite> known) {
    for (const char* file : {in_release, plain_release}) {
        const bool same = known && known->file == file;
        noted_ = same ? *known : db::KnownSuite();
        noted_.source = source();
        noted_.file = file;
        auto text = co_await fetch_text(file, &noted_);
        const long status = text ? 200 : text.error().status;
        if (status == not_found) continue;
        if (status == not_modified && same) co_return Found::unchanged;
        if (!text) co_return fail(file, text.error());
        clear_signed_ = text->find("-----BEGIN PGP SIGNED MESSAGE-----") != text->npos;
        auto checked = co_await verified(file, std::move(*text));
        auto release = checked ? parse_release(*checked) : Result<ReleaseFile>(checked.error());
        if (!release) co_return fail(file, {HttpError::Kind::broken, release.error().message, 0});
        release_ = std::move(*release);
        co_return Found::there;
    }
    co_return Found::missing;
}

std::string SuiteFiles::why_stale() const {
    if (key_.empty()) return "";
    const std::string suite = url_.substr(url_.rfind('/') + 1);
    return buildd::why_stale(release_, suite, std::chrono::system_clock::now());
}

net::Task<bool> SuiteFiles::is_signed() {
    if (noted_.file == in_release) co_return clear_signed_;
    auto signature = co_await fetch_text("Release.gpg", nullptr);
    co_return signature.ok();
}

// What is read is what was verified: nothing that stands around it.
net::Task<Result<std::string>> SuiteFiles::verified(std::string file, std::string text) {
    if (key_.empty()) co_return text;
    SignedText what{std::move(text), "", key_};
    if (file == in_release) {
        auto parts = split_clear_signed(what.text);
        if (!parts) co_return parts.error();
        what.text = std::move(parts->text);
        what.signature = std::move(parts->signature);
    } else {
        auto signature = co_await fetch_text("Release.gpg", nullptr);
        if (!signature) co_return Error{"it has no signature: " + signature.error().message};
        what.signature = std::move(*signature);
    }
    const auto good = co_await verify_signature(client_.tools().loop, what, temporary(client_));
    if (!good) co_return good.error();
    co_return what.text;
}

net::Task<SuiteFiles::Text> SuiteFiles::fetch_text(std::string file, db::KnownSuite* noted) {
    std::string text;
    const net::BodySink sink = [&text](std::string_view piece) -> Result<void> {
        text.append(piece);
        return {};
    };
    net::GetRequest request = request_for(file);
    request.max_bytes = std::min(max_release, client_.tools().settings.max_file_size);
    if (noted != nullptr) {
        request.if_none_match = noted->etag;
        request.if_modified_since = noted->modified;
        request.etag = &noted->etag;
        request.last_modified = &noted->modified;
    }
    auto done = co_await client_.tools().http.get(request, sink);
    if (!done) co_return done.error();
    co_return text;
}

Found SuiteFiles::fail(const std::string& file, const HttpError& error) const {
    client_.fail(at(file), error);
    return Found::failed;
}

// By its digest first, where that can be asked for: another Release may have come meanwhile.
net::Task<std::optional<Fd>> SuiteFiles::fetch_index(PackagesIndex index) {
    const std::string unwanted = why_not_wanted(index);
    if (!unwanted.empty()) {
        client_.fail(at(index.folder + "/Packages"), unwanted);
        co_return std::nullopt;
    }
    for (const auto& path : index.paths) {
        const ListedIndex& listed = release_.files.find(path)->second;
        std::vector<std::string> places{path};
        const std::string by_hash = by_hash_path(release_, path);
        if (!by_hash.empty()) places.insert(places.begin(), by_hash);
        for (const auto& place : places) {
            const net::GetRequest request = request_for(place);
            auto file = co_await fetch_listed(client_.tools().http, request, listed, release_.kind,
                                              temporary(client_));
            if (file) co_return std::optional<Fd>(std::move(*file));
            const bool last = path == index.paths.back() && place == places.back();
            if (file.error().status == not_found && !last) continue;
            client_.fail(at(place), file.error());
            co_return std::nullopt;
        }
    }
    co_return std::nullopt;
}

std::string SuiteFiles::why_not_wanted(const PackagesIndex& index) const {
    const auto most = client_.tools().settings.max_file_size;
    if (index.paths.empty())
        return "it is only there in compressions that are not read (not xz, gz or zst)";
    for (const auto& path : index.paths) {
        const auto size = release_.files.find(path)->second.size;
        if (size > most)
            return fmt::format("Release gives it {}, max_file_size is {}", show_size(size),
                               show_size(most));
    }
    return "";
}

Result<void> SuiteFiles::stage(db::BinaryStage& stage, const PackagesIndex& index, const Fd& file,
                               const std::string& tag) const {
    std::int64_t good = 0;
    PackagesReader reader([&](IndexedPackage package) {
        ++good;
        if (package.architecture != tag && package.architecture != "all") return;
        stage.add({std::move(package.name), std::move(package.version), std::move(package.provides),
                   std::move(package.multiarch)});
    });
    // A small file may decompress to anything.
    const auto most = client_.tools().settings.max_file_size;
    const auto limit = std::min(index.plain_size.value_or(most), most);
    auto read = read_unpacked(file.get(), limit, [&](std::string_view piece) {
        reader.write(piece);
        return Result<void>();
    });
    if (!read) return read;
    reader.finish();
    if (reader.passed_over() == 0) return {};
    if (good == 0) return Error{reader.first_fault()};
    client_.tools().log.warning("{}: {}: {} malformed stanzas are passed over, the first: {}",
                                client_.name(), at(index.folder + "/Packages"),
                                reader.passed_over(), reader.first_fault());
    return {};
}

net::GetRequest SuiteFiles::request_for(const std::string& path) const {
    net::GetRequest request;
    request.url = at(path);
    request.deadline = client_.tools().settings.transfer_timeout;
    return request;
}

}  // namespace buildd::farm
