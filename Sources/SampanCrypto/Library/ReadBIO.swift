internal import COpenSSL

/// A BIO over a copy of some bytes, for OpenSSL's PEM readers; the copy is wiped when it is freed, as it may be a key.
@safe final class ReadBIO {
    let pointer: OpaquePointer

    init(_ bytes: [UInt8]) throws(CryptoError) {
        guard OpenSSLLibrary.isReady, let pointer = unsafe BIO_new(BIO_s_secmem()) else {
            throw .openSSL(.library, "no buffer")
        }
        unsafe self.pointer = pointer
        var written = 0
        let ok = unsafe bytes.withUnsafeBytes { unsafe BIO_write_ex(pointer, $0.baseAddress, $0.count, &written) }
        guard bytes.isEmpty || (ok == 1 && written == bytes.count) else { throw .openSSL(.library, "no buffer") }
    }

    deinit {
        unsafe BIO_free(pointer)
    }
}
