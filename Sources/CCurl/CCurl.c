#include "CCurl.h"
#include <dlfcn.h>

struct sampan_curl_library sampan_curl;

// The name that Debian's libcurl4 has had since 2018; its interface has not changed since 2006.
static const char *const name = "libcurl.so.4";

CURLcode sampan_curl_start(void) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return CURLE_FAILED_INIT;
    const struct {
        const char *name;
        void **place;
    } functions[] = {
        {"curl_global_init", (void **)&sampan_curl.global_init},
        {"curl_easy_init", (void **)&sampan_curl.easy_init},
        {"curl_easy_cleanup", (void **)&sampan_curl.easy_cleanup},
        {"curl_easy_setopt", (void **)&sampan_curl.easy_setopt},
        {"curl_easy_getinfo", (void **)&sampan_curl.easy_getinfo},
        {"curl_slist_append", (void **)&sampan_curl.slist_append},
        {"curl_slist_free_all", (void **)&sampan_curl.slist_free_all},
        {"curl_multi_init", (void **)&sampan_curl.multi_init},
        {"curl_multi_cleanup", (void **)&sampan_curl.multi_cleanup},
        {"curl_multi_setopt", (void **)&sampan_curl.multi_setopt},
        {"curl_multi_add_handle", (void **)&sampan_curl.multi_add_handle},
        {"curl_multi_remove_handle", (void **)&sampan_curl.multi_remove_handle},
        {"curl_multi_perform", (void **)&sampan_curl.multi_perform},
        {"curl_multi_poll", (void **)&sampan_curl.multi_poll},
        {"curl_multi_wakeup", (void **)&sampan_curl.multi_wakeup},
        {"curl_multi_info_read", (void **)&sampan_curl.multi_info_read},
    };
    for (size_t index = 0; index < sizeof(functions) / sizeof(functions[0]); index++) {
        void *function = dlsym(library, functions[index].name);
        if (function == NULL) {
            dlclose(library);
            return CURLE_FAILED_INIT;
        }
        *functions[index].place = function;
    }
    return sampan_curl.global_init(CURL_GLOBAL_DEFAULT);
}
