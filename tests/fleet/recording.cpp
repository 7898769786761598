#include "fleet/recording.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace fleet {

namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool matters(const std::string& header) {
    return header.starts_with("Content-Type:") || header.starts_with("Range:") ||
           header.starts_with("Accept-Encoding:");
}

// NAME.headers.txt: the request's head after one line, the response's after another.
void read_heads(const std::string& text, Recording& recording) {
    std::istringstream lines(std::regex_replace(text, std::regex("\r"), ""));
    std::string line;
    std::getline(lines, line);
    lines >> recording.method >> recording.path;
    std::getline(lines, line);
    while (std::getline(lines, line) && !line.starts_with("---"))
        if (matters(line)) recording.request_headers.push_back(line);
    lines >> line >> recording.answer.status;
    std::getline(lines, line);
    recording.answer.headers = "HTTP/1.1 " + std::to_string(recording.answer.status) + line + "\n";
    while (std::getline(lines, line)) recording.answer.headers += line + "\n";
}

std::string replaced(std::string text, const std::map<std::string, std::string>& replace) {
    for (const auto& [what, with] : replace)
        for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
            text.replace(at, what.size(), with);
            at += with.size();
        }
    return text;
}

}  // namespace

Recording read_recording(const std::string& name) {
    const std::string base = std::string(FIXTURES) + "/wire/" + name;
    Recording recording;
    recording.name = name;
    read_heads(text_of(base + ".headers.txt"), recording);
    if (recording.method == "POST") recording.request = text_of(base + ".request.xml");
    const bool is_xml = std::filesystem::exists(base + ".response.xml");
    recording.answer.body = text_of(base + (is_xml ? ".response.xml" : ".response.body"));
    return recording;
}

HttpAnswer replay(const Recording& recording, const std::string& url,
                  const std::map<std::string, std::string>& replace) {
    return http(recording.method, url.substr(0, url.size() - 1) + recording.path,
                replaced(recording.request, replace), recording.request_headers);
}

std::string shape_of_headers(const std::string& headers) {
    static const std::regex varying(
        "(Date|Last-Modified|Content-Range|Content-Length): [1-9A-Z].*");
    std::string shape = std::regex_replace(headers, std::regex("\r"), "");
    shape = std::regex_replace(shape, varying, "$1: …");
    return shape.substr(0, shape.find_last_not_of('\n') + 1);
}

std::string shape_of_body(const HttpAnswer& answer) {
    static const std::regex bytes("<base64>\n[A-Za-z0-9+/=][^<]*</base64>");
    static const std::regex sum("[0-9a-f]{40}");
    static const std::regex files(
        "(<member>\n<name>[^<]*</name>\n<value><string>SUM</string></value>\n</member>\n)+");
    // A file or a log: its bytes are what the script says.
    if (answer.headers.find("text/html\r") != std::string::npos ||
        answer.headers.find("text/html\n") != std::string::npos)
        return "";
    const std::string no_bytes = std::regex_replace(answer.body, bytes, "<base64>…</base64>");
    const std::string no_sums = std::regex_replace(no_bytes, sum, "SUM");
    return std::regex_replace(no_sums, files, "FILES\n");
}

}  // namespace fleet
