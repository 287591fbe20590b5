#ifndef SAMPAN_CCURL_H
#define SAMPAN_CCURL_H
#include <curl/curl.h>

// Swift cannot call variadics: one function for each kind of value that an option or an information takes.
static inline CURLcode sampan_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sampan_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sampan_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sampan_curl_set_headers(CURL *handle, struct curl_slist *list) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
}
typedef size_t (*sampan_curl_taker)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode sampan_curl_set_takers(CURL *handle, sampan_curl_taker header, sampan_curl_taker body, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
    return code;
}
static inline CURLcode sampan_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLMcode sampan_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
// CURL_GLOBAL_DEFAULT is a macro over macros.
static inline CURLcode sampan_curl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
// The message's result stands in a union.
static inline CURLcode sampan_curl_result(const CURLMsg *message) { return message->data.result; }

#endif
