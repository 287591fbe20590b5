internal import COpenSSL

/// One run of an AEAD cipher.
@safe final class CipherContext {
    private let pointer: OpaquePointer

    init(_ cipher: OpaquePointer?, key: [UInt8], nonce: [UInt8], encrypting: Bool) throws(CryptoError) {
        ErrorQueue.clear()
        guard let cipher = unsafe cipher, let pointer = unsafe EVP_CIPHER_CTX_new() else {
            throw .openSSL(.library, "no cipher")
        }
        unsafe self.pointer = pointer
        guard unsafe EVP_CipherInit_ex2(pointer, cipher, key, nonce, encrypting ? 1 : 0, nil) == 1 else {
            throw .openSSL(.library, "the cipher could not be started")
        }
    }

    deinit {
        // Wipes the key schedule.
        unsafe EVP_CIPHER_CTX_free(pointer)
    }

    /// Adds data that is authenticated but not encrypted.
    func bind(_ context: [UInt8]) throws(CryptoError) {
        guard !context.isEmpty else { return }
        var count: Int32 = 0
        guard unsafe EVP_CipherUpdate(pointer, nil, &count, context, Int32(clamping: context.count)) == 1 else {
            throw .openSSL(.library, "AES-GCM failed")
        }
    }

    func update(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var result = [UInt8](repeating: 0, count: bytes.count)
        var count: Int32 = 0
        guard unsafe EVP_CipherUpdate(pointer, &result, &count, bytes, Int32(clamping: bytes.count)) == 1,
            Int(count) == bytes.count
        else { throw .openSSL(.library, "AES-GCM failed") }
        return result
    }

    /// False when a tag was expected and is another.
    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var count: Int32 = 0
        return unsafe EVP_CipherFinal_ex(pointer, &rest, &count) == 1
    }

    func tag(_ count: Int) throws(CryptoError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_GET_TAG, Int32(clamping: count), &tag) == 1 else {
            throw .openSSL(.library, "AES-GCM failed")
        }
        return tag
    }

    func expect(tag: [UInt8]) throws(CryptoError) {
        var tag = tag
        guard unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_SET_TAG, Int32(clamping: tag.count), &tag) == 1 else {
            throw .openSSL(.library, "AES-GCM failed")
        }
    }
}
