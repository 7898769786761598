// The least an idle pass can cost: the same libraries, a connection, one query.
#include <cstdio>
#include <curl/curl.h>
#include <libpq-fe.h>
#include <openssl/evp.h>

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (EVP_sha1() == nullptr) return 70;
    PGconn* session = PQconnectdb(argv[1]);
    PGresult* answer = PQexec(session, "SELECT count(*) FROM builder");
    const bool good = PQresultStatus(answer) == PGRES_TUPLES_OK;
    if (!good) std::fputs(PQerrorMessage(session), stderr);
    PQclear(answer);
    PQfinish(session);
    return good ? 0 : 69;
}
