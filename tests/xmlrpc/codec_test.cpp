#include "xmlrpc/codec.hpp"

#include <fmt/format.h>

#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::xmlrpc;

namespace {

std::string response(const std::string& value) {
    return "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n" + value +
           "\n</param>\n</params>\n</methodResponse>\n";
}

Value decoded(const std::string& value) {
    auto answer = decode_response(response(value));
    INFO(value);
    REQUIRE(answer.ok());
    return std::get<Value>(std::move(*answer));
}

std::string refusal(const std::string& document) {
    const auto answer = decode_response(document);
    INFO(document.substr(0, 200));
    REQUIRE_FALSE(answer.ok());
    return answer.error().message;
}

std::string refused_value(const std::string& value) {
    return refusal(response(value));
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("every type that a real builder sends is decoded") {
    const auto answer = decode_response(test::fixture("wire/echo-types.response.xml"));
    REQUIRE(answer.ok());
    const Array expected{"a",
                         std::int64_t{1},
                         true,
                         Value(),
                         Array{std::int64_t{1}, "x"},
                         Struct{{"k", "v"}},
                         2.5,
                         Bytes{std::string("\x00\xFF", 2)},
                         "gr\xC3\xBC\xC3\x9F",
                         " lead/trail ",
                         "",
                         std::int64_t{-5},
                         std::int64_t{2147483647}};
    CHECK(std::get<Value>(*answer) == Value(expected));
}

TEST_CASE("a recorded request decodes to the call it was made from") {
    const auto call = decode_call(test::fixture("wire/build-accepted.request.xml"));
    REQUIRE(call.ok());
    CHECK(call->method == "build");
    REQUIRE(call->params.size() == 5);
    CHECK(call->params[0] == Value("PACKAGEBUILD-1"));
    const auto& args = *call->params[4].as<Struct>();
    CHECK(args.at("arch_indep") == Value(true));
    CHECK(args.at("trusted_keys") == Value(Array()));
}

TEST_CASE("what is encoded decodes to itself") {
    const Call call{"m<&>",
                    {Value(), true, false, std::int64_t{-1}, std::int64_t{1} << 40, 1.5,
                     "a <b> & \"c\" 'd' \r\n\t e", "  ", "\n", "", Bytes{"\x01\x02\x03"},
                     Array{Array{}, "x"}, Struct{{"a&b", Struct{}}, {" ", "y"}}}};
    const auto back = decode_call(encode_call(call));
    REQUIRE(back.ok());
    CHECK(back->method == call.method);
    CHECK(Value(back->params) == Value(call.params));
}

TEST_CASE("untyped text is a string and blanks in strings are kept") {
    CHECK(decoded("<value>text</value>") == Value("text"));
    CHECK(decoded("<value></value>") == Value(""));
    CHECK(decoded("<value/>") == Value(""));
    CHECK(decoded("<value>  </value>") == Value("  "));
    CHECK(decoded("<value><string> \n x \n</string></value>") == Value(" \n x \n"));
    CHECK(decoded("<value>\n<string>\n</string>\n</value>") == Value("\n"));
    CHECK(decoded("<value><string>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</string></value>") ==
          Value("<>&\"'AB"));
}

TEST_CASE("integers of all three names and their limits are decoded") {
    CHECK(decoded("<value><i4>7</i4></value>") == Value(std::int64_t{7}));
    CHECK(decoded("<value><int> +7 </int></value>") == Value(std::int64_t{7}));
    CHECK(decoded("<value><i8>-9223372036854775808</i8></value>") == Value(INT64_MIN));
    for (const char* bad :
         {"<int>2147483648</int>", "<int></int>", "<int>1.5</int>", "<int>0x1</int>",
          "<i8>9223372036854775808</i8>", "<int>+-1</int>", "<int>+</int>"})
        CHECK(refused_value(fmt::format("<value>{}</value>", bad)) == "an integer is malformed");
}

TEST_CASE("malformed leaves are refused") {
    CHECK(refused_value("<value><boolean>2</boolean></value>") == "a boolean is neither 0 nor 1");
    CHECK(refused_value("<value><boolean>true</boolean></value>") ==
          "a boolean is neither 0 nor 1");
    CHECK(refused_value("<value><double>x</double></value>") == "a double is malformed");
    CHECK(refused_value("<value><double>inf</double></value>") == "a double is malformed");
    CHECK(refused_value("<value><base64>A</base64></value>") == "a base64 value is malformed");
    CHECK(refused_value("<value><base64>AA=A</base64></value>") == "a base64 value is malformed");
    CHECK(refused_value("<value><base64>====</base64></value>") == "a base64 value is malformed");
    CHECK(refused_value("<value><base64>A*==</base64></value>") == "a base64 value is malformed");
    CHECK(refused_value("<value><nil>x</nil></value>") == "there is no XML-RPC type <nil>");
    CHECK(refused_value("<value><huge>x</huge></value>") == "there is no XML-RPC type <huge>");
}

TEST_CASE("base64 with newlines around and inside is decoded") {
    CHECK(decoded("<value><base64>\nAA\nEC\n</base64></value>") ==
          Value(Bytes{std::string("\x00\x01\x02", 3)}));
    CHECK(decoded("<value><base64>\n</base64></value>") == Value(Bytes{}));
    CHECK(decode_base64("YQ==")->size() == 1);
    CHECK(encode_base64("ab") == "YWI=");
}

TEST_CASE("malformed structure is refused") {
    CHECK(refused_value("<value><array></array></value>") ==
          "<array> does not hold exactly one <data>");
    CHECK(refused_value("<value><array><data><int>1</int></data></array></value>") ==
          "an array holds something that is no <value>");
    CHECK(refused_value("<value><array><data>x</data></array></value>") ==
          "an array holds something that is no <value>");
    CHECK(refused_value("<value><struct><value>x</value></struct></value>") ==
          "a struct holds something that is no <member>");
    CHECK(refused_value("<value><struct><member><name>a</name></member></struct></value>") ==
          "a struct member is not a <name> and a <value>");
    CHECK(refused_value("<value><int>1</int><int>2</int></value>") ==
          "<value> does not hold exactly one <type>");
    CHECK(refused_value("<value>x<int>1</int></value>") ==
          "<value> does not hold exactly one <type>");
    CHECK(refused_value("<value><string><b/></string></value>") == "<string> holds more than text");
}

TEST_CASE("a struct with a key twice is refused") {
    CHECK(refused_value("<value><struct><member><name>a</name><value>1</value></member>"
                        "<member><name>a</name><value>2</value></member></struct></value>") ==
          "a struct has the key 'a' twice");
}

TEST_CASE("a document that is not the protocol is refused") {
    CHECK(refusal("") == "the document is not well-formed XML");
    CHECK(refusal("this is not xml") == "the document is not well-formed XML");
    CHECK(refusal("<html><body>502</body></html>") == "the document is no methodResponse");
    CHECK(refusal("<methodResponse></methodResponse>") ==
          "<methodResponse> does not hold exactly one <params>");
    CHECK(refusal("<methodResponse/><methodResponse/>") == "the document is no methodResponse");
    CHECK(refusal(response("<value>x</value>") + "junk") == "the document is not well-formed XML");
    CHECK(refusal(response("<value>x</value><value>y</value>")) ==
          "<param> does not hold exactly one <value>");
    CHECK(refusal("<methodResponse><params><param>") == "the document is not well-formed XML");
    CHECK(refusal("<methodResponse><params></methodResponse>") ==
          "the document is not well-formed XML");
}

TEST_CASE("DTDs entities comments CDATA and attributes are refused") {
    const std::string banned =
        "a DTD, comment, CDATA or processing instruction stands in the document";
    CHECK(refusal("<!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse/>") == banned);
    CHECK(refused_value("<value><!-- x -->y</value>") == banned);
    CHECK(refused_value("<value><![CDATA[x]]></value>") == banned);
    CHECK(refused_value("<value><?php ?></value>") == banned);
    CHECK(refused_value("<value a='b'>x</value>") == "a tag has attributes or is malformed");
    CHECK(refused_value("< value>x</value>") == "a tag has attributes or is malformed");
    CHECK(decode_response(response("<value >x</value >")).ok());
    CHECK(refused_value("<>x</>") == "a tag has attributes or is malformed");
    CHECK(refused_value("<value") == "a tag has attributes or is malformed");
}

TEST_CASE("bad bytes and bad references are refused") {
    CHECK(refusal(std::string("<a>\0</a>", 8)) == "a NUL byte stands in the document");
    CHECK(refusal("<a>\xFF</a>") == "the document is not valid UTF-8");
    for (const char* bad : {"&#0;", "&#x0;", "&bogus;", "&", "&#xD800;", "&#1114112;", "&#;",
                            "&#x;", "&#99999999999999;", "&;"})
        CHECK(refused_value(fmt::format("<value>{}</value>", bad)) ==
              "a malformed reference (&\xE2\x80\xA6;) stands in the text");
    CHECK(refusal("<?xml version='1.0' encoding='iso-8859-1'?><a/>") ==
          "the document is not in UTF-8");
    CHECK(refusal("<?xml version='1.0'") == "the XML declaration does not end");
    CHECK(decode_response("<?xml version='1.0' encoding='UTF-8'?>" +
                          response("<value>x</value>").substr(21))
              .ok());
}

TEST_CASE("deep nesting and masses of tags are refused in bounded time and memory") {
    const std::string open = "<value><array><data>", close = "</data></array></value>";
    const std::string too_deep = "elements are nested more than 80 deep";
    CHECK(refused_value(repeated(open, 100'000) + repeated(close, 100'000)) == too_deep);
    CHECK(refused_value(repeated(open, 60) + repeated(close, 60)) == too_deep);
    CHECK(decode_response(response(repeated(open, 20) + repeated(close, 20))).ok());
    CHECK(refusal(repeated("<a/>", 1'000'000)) == "more than 100000 tags");
    CHECK(refusal(repeated("<a b='c' ", 500'000)).size() < 100);
}

TEST_CASE("nesting is limited by our own scan and to the same depth with every tinyxml2") {
    const auto answer = [](std::size_t arrays, const std::string& inner) {
        return decode_response(
            "<methodResponse><params><param>" + repeated("<value><array><data>", arrays) + inner +
            repeated("</data></array></value>", arrays) + "</param></params></methodResponse>");
    };
    CHECK(answer(25, "<value><int>1</int></value>").ok());  // 3 and 75 and 2 elements
    CHECK(answer(25, "<value><array><data/></array></value>").error().message ==
          "elements are nested more than 80 deep");
    CHECK_FALSE(decode_response("</value></value>" + repeated("<value>", 100)).ok());
}

TEST_CASE("a fault is told from a value") {
    const auto fault = decode_response(test::fixture("wire/fault-nosuch-method.response.xml"));
    REQUIRE(fault.ok());
    CHECK(std::get<Fault>(*fault).code == 8001);
    CHECK(std::get<Fault>(*fault).text == "procedure nosuch not found");
    CHECK(refusal("<methodResponse><fault><value>x</value></fault></methodResponse>") ==
          "a fault is no struct");
    CHECK(refusal("<methodResponse><fault><value><struct></struct></value></fault>"
                  "</methodResponse>") == "a fault has no faultCode or no faultString");
    CHECK(refusal("<methodResponse><fault></fault></methodResponse>") ==
          "<fault> does not hold exactly one <value>");
}

TEST_CASE("a call without a method name is refused") {
    CHECK(decode_call("<methodCall/>").error().message == "a call has no methodName");
    CHECK(decode_call("<methodCall><methodName>status</methodName></methodCall>")->params.empty());
    CHECK_FALSE(decode_call("<methodCall><methodName>s</methodName><params><param><value><int>x"
                            "</int></value></param></params></methodCall>")
                    .ok());
}

TEST_CASE("masses of blanks are refused before they grow") {
    const auto answer = [](std::size_t blanks) {
        return decode_response("<methodResponse><params><param><value><string>" +
                               std::string(blanks, ' ') +
                               "</string></value></param></params></methodResponse>");
    };
    CHECK(answer(64 << 10).ok());
    CHECK_FALSE(answer((64 << 10) + 1).ok());
}
