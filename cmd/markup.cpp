#include "markup.hpp"

#include "base/text.hpp"

namespace buildd::cmd {

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : mask_passwords(one_line(text))) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else
            out += c;
    }
    return out;
}

const char* class_of(Tone tone) {
    switch (tone) {
        case Tone::good:
            return "good";
        case Tone::waiting:
            return "waiting";
        case Tone::bad:
            return "bad";
        case Tone::plain:
            break;
    }
    return "";
}

}  // namespace buildd::cmd
