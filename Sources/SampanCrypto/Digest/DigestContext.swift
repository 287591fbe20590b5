internal import COpenSSL

/// The state of one signature that is made or checked.
@safe final class DigestContext {
    let pointer: OpaquePointer

    init() throws(CryptoError) {
        ErrorQueue.clear()
        guard OpenSSLLibrary.isReady, let pointer = unsafe EVP_MD_CTX_new() else { throw .openSSL(.library, "no digest") }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe EVP_MD_CTX_free(pointer)
    }
}
