internal import SampanCrypto
package import SampanDomain
internal import SampanJSON

extension WeChatPay {
    /// Asks for the certificates that the channel signs with, now and next: `GET /v3/certificates`. At least every 12 hours; a new one is
    /// listed 24 hours before it is used. A merchant in public-key mode is answered 403.
    package func downloadCertificates(now: UnixTime, nonce: String) throws(ChannelFault) -> ChannelRequest {
        try request(.get, "/v3/certificates", nil, now: now, nonce: nonce)
    }

    /// The keys to go on with: those that are still good, and the new ones.
    ///
    /// The list is sealed with the APIv3 key, which only the channel and we have; so a certificate in it may vouch for the answer that
    /// brought it, as it must the first time.
    package func readCertificates(_ message: ChannelMessage, now: UnixTime) throws(ChannelFault) -> ChannelAnswer<PlatformKeys> {
        guard (200..<300).contains(message.status) else {
            switch try read(message, now: now) {
            case .bad(let code): return WeChatErrors.answer(code)
            case .good: throw .malformed("status")
            }
        }
        try message.checkSize()
        guard case .array(let entries)? = try ChannelJSON(message.body)["data"], (1...PlatformKeys.limit).contains(entries.count) else {
            throw .malformed("data")
        }
        var listed: [PlatformKey] = []
        for entry in entries { listed.append(try key(ChannelJSON(entry, name: "data"))) }
        let all: PlatformKeys
        if let keys { all = try keys.adding(listed, now: now) } else { all = try PlatformKeys(listed) }
        _ = try Self.verify(message, by: all, now: now)
        return .done(all)
    }

    private func key(_ entry: ChannelJSON) throws(ChannelFault) -> PlatformKey {
        let pem = try opened(entry.object("encrypt_certificate"))
        guard let certificates = try? Certificate.list(pem: pem), let certificate = certificates.first, certificates.count == 1 else {
            throw .malformed("encrypt_certificate")
        }
        let key = try PlatformKey(certificate)
        guard try PlatformKey.canonical(entry.text("serial_no")) == key.id else { throw .malformed("serial_no") }
        return key
    }

    /// What a sealed part holds (AEAD_AES_256_GCM): a nonce of 12 bytes, and the tag of 16 behind the ciphertext.
    func opened(_ sealed: ChannelJSON) throws(ChannelFault) -> [UInt8] {
        guard try sealed.text("algorithm") == "AEAD_AES_256_GCM" else { throw .malformed("algorithm") }
        let nonce = Array(try sealed.text("nonce").utf8)
        guard nonce.count == AESGCM.nonceCount else { throw .malformed("nonce") }
        let text = try sealed.text("ciphertext", limit: ChannelMessage.bodyLimit)
        guard let ciphertext = Base64Text.decodeStrictly(Array(text.utf8)) else { throw .malformed("ciphertext") }
        let context = Array((try sealed.optionalText("associated_data") ?? "").utf8)
        guard let plain = try? merchant.cipher.open(nonce + ciphertext, context: context) else { throw .undecryptable }
        return plain
    }
}
