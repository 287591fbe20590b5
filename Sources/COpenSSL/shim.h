#ifndef SAMPAN_COPENSSL_H
#define SAMPAN_COPENSSL_H
// A function stands here only where Swift cannot call a macro or a variadic.
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int COpenSSL_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int COpenSSL_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_max_proto_version(context, version);
}
static inline void COpenSSL_SSL_CTX_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }
static inline void COpenSSL_SSL_CTX_set_session_cache_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}
static inline void COpenSSL_SSL_CTX_set_max_cert_list(SSL_CTX *context, long bytes) {
    SSL_CTX_set_max_cert_list(context, bytes);
}
static inline int COpenSSL_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline int COpenSSL_SSL_CTX_add1_chain_cert(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}
static inline int COpenSSL_SSL_set_tlsext_host_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}
// SSL_OP_BIT() casts, which the importer does not follow.
static inline uint64_t COpenSSL_SSL_OP_NO_TICKET(void) { return SSL_OP_NO_TICKET; }
static inline uint64_t COpenSSL_SSL_OP_CIPHER_SERVER_PREFERENCE(void) { return SSL_OP_CIPHER_SERVER_PREFERENCE; }
static inline uint64_t COpenSSL_SSL_OP_NO_RENEGOTIATION(void) { return SSL_OP_NO_RENEGOTIATION; }
static inline uint64_t COpenSSL_SSL_OP_NO_COMPRESSION(void) { return SSL_OP_NO_COMPRESSION; }

// Deprecated, with nothing in their place for a provider, whose keys these are.
static inline int COpenSSL_EC_KEY_up_ref(EC_KEY *key) { return EC_KEY_up_ref(key); }
static inline void COpenSSL_EC_KEY_free(EC_KEY *key) { EC_KEY_free(key); }
// Here, because the names in the list must stay where they are: Swift lends C a string for one call only.
static inline int COpenSSL_EC_KEY_give(EC_KEY **key, OSSL_CALLBACK *callback, void *argument) {
    int type = OSSL_OBJECT_PKEY;
    char name[] = "EC";
    OSSL_PARAM list[] = {
        OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type),
        OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA_TYPE, name, 0),
        OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_REFERENCE, key, sizeof *key),
        OSSL_PARAM_construct_end(),
    };
    return callback ? callback(list, argument) : 0;
}

static inline int COpenSSL_X509_count(const STACK_OF(X509) *list) { return list ? sk_X509_num(list) : 0; }
static inline X509 *COpenSSL_X509_at(const STACK_OF(X509) *list, int index) { return sk_X509_value(list, index); }
static inline X509 *COpenSSL_X509_pop(STACK_OF(X509) *list) { return sk_X509_pop(list); }
static inline STACK_OF(X509) *COpenSSL_X509_list(void) { return sk_X509_new_null(); }
static inline int COpenSSL_X509_push(STACK_OF(X509) *list, X509 *certificate) { return sk_X509_push(list, certificate); }
static inline void COpenSSL_X509_list_free(STACK_OF(X509) *list) { sk_X509_free(list); }
static inline int COpenSSL_X509_REVOKED_count(const STACK_OF(X509_REVOKED) *list) { return list ? sk_X509_REVOKED_num(list) : 0; }
static inline X509_REVOKED *COpenSSL_X509_REVOKED_at(const STACK_OF(X509_REVOKED) *list, int index) {
    return sk_X509_REVOKED_value(list, index);
}
static inline int COpenSSL_ASN1_OBJECT_count(const STACK_OF(ASN1_OBJECT) *list) { return sk_ASN1_OBJECT_num(list); }
static inline ASN1_OBJECT *COpenSSL_ASN1_OBJECT_at(const STACK_OF(ASN1_OBJECT) *list, int index) {
    return sk_ASN1_OBJECT_value(list, index);
}
static inline EVP_PKEY *COpenSSL_EVP_EC_gen(const char *curve) { return EVP_EC_gen(curve); }
static inline EVP_PKEY *COpenSSL_EVP_RSA_gen(unsigned int bits) { return EVP_RSA_gen(bits); }
static inline long COpenSSL_BIO_get_mem_data(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
static inline int COpenSSL_GENERAL_NAME_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *COpenSSL_GENERAL_NAME_at(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
static inline int COpenSSL_GENERAL_NAME_push(GENERAL_NAMES *names, GENERAL_NAME *name) {
    return sk_GENERAL_NAME_push(names, name);
}
static inline int COpenSSL_EXTENSION_push(STACK_OF(X509_EXTENSION) **list, X509_EXTENSION *extension) {
    return X509v3_add_ext(list, extension, -1) != NULL;
}
static inline void COpenSSL_EXTENSIONS_free(STACK_OF(X509_EXTENSION) *list) {
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
}
#endif
