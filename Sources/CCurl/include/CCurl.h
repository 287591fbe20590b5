#ifndef SAMPAN_CCURL_H
#define SAMPAN_CCURL_H
#include <curl/curl.h>

// libcurl is loaded when it is first used, not with the program: with its two dozen libraries it costs every node 2 MiB, and most nodes call
// nobody over HTTP/1.1.
struct sampan_curl_library {
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_getinfo) *easy_getinfo;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
    __typeof__(curl_multi_init) *multi_init;
    __typeof__(curl_multi_cleanup) *multi_cleanup;
    __typeof__(curl_multi_setopt) *multi_setopt;
    __typeof__(curl_multi_add_handle) *multi_add_handle;
    __typeof__(curl_multi_remove_handle) *multi_remove_handle;
    __typeof__(curl_multi_perform) *multi_perform;
    __typeof__(curl_multi_poll) *multi_poll;
    __typeof__(curl_multi_wakeup) *multi_wakeup;
    __typeof__(curl_multi_info_read) *multi_info_read;
};

// Filled by sampan_curl_start. Before that, and where it has failed, no other function here may be called.
extern struct sampan_curl_library sampan_curl;

// Loads libcurl and starts it; once for the process, by one thread. CURLE_FAILED_INIT where it is not there.
CURLcode sampan_curl_start(void);

static inline CURL *sampan_curl_easy_init(void) { return sampan_curl.easy_init(); }
static inline void sampan_curl_easy_cleanup(CURL *handle) { sampan_curl.easy_cleanup(handle); }
static inline struct curl_slist *sampan_curl_slist_append(struct curl_slist *list, const char *line) {
    return sampan_curl.slist_append(list, line);
}
static inline void sampan_curl_slist_free_all(struct curl_slist *list) { sampan_curl.slist_free_all(list); }
static inline CURLM *sampan_curl_multi_init(void) { return sampan_curl.multi_init(); }
static inline CURLMcode sampan_curl_multi_cleanup(CURLM *multi) { return sampan_curl.multi_cleanup(multi); }
static inline CURLMcode sampan_curl_multi_add_handle(CURLM *multi, CURL *handle) { return sampan_curl.multi_add_handle(multi, handle); }
static inline CURLMcode sampan_curl_multi_remove_handle(CURLM *multi, CURL *handle) {
    return sampan_curl.multi_remove_handle(multi, handle);
}
static inline CURLMcode sampan_curl_multi_perform(CURLM *multi, int *running) { return sampan_curl.multi_perform(multi, running); }
static inline CURLMcode sampan_curl_multi_poll(CURLM *multi, int milliseconds) {
    return sampan_curl.multi_poll(multi, NULL, 0, milliseconds, NULL);
}
static inline CURLMcode sampan_curl_multi_wakeup(CURLM *multi) { return sampan_curl.multi_wakeup(multi); }
static inline CURLMsg *sampan_curl_multi_info_read(CURLM *multi, int *left) { return sampan_curl.multi_info_read(multi, left); }

// Swift cannot call variadics: one function for each kind of value that an option or an information takes.
static inline CURLcode sampan_curl_set_long(CURL *handle, CURLoption option, long value) {
    return sampan_curl.easy_setopt(handle, option, value);
}
static inline CURLcode sampan_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return sampan_curl.easy_setopt(handle, option, value);
}
static inline CURLcode sampan_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return sampan_curl.easy_setopt(handle, option, value);
}
static inline CURLcode sampan_curl_set_headers(CURL *handle, struct curl_slist *list) {
    return sampan_curl.easy_setopt(handle, CURLOPT_HTTPHEADER, list);
}
typedef size_t (*sampan_curl_taker)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode sampan_curl_set_takers(CURL *handle, sampan_curl_taker header, sampan_curl_taker body, void *context) {
    CURLcode code = sampan_curl.easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = sampan_curl.easy_setopt(handle, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = sampan_curl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = sampan_curl.easy_setopt(handle, CURLOPT_WRITEDATA, context);
    return code;
}
static inline CURLcode sampan_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return sampan_curl.easy_getinfo(handle, info, value);
}
static inline CURLMcode sampan_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return sampan_curl.multi_setopt(multi, option, value);
}
// The message's result stands in a union.
static inline CURLcode sampan_curl_result(const CURLMsg *message) { return message->data.result; }

#endif
