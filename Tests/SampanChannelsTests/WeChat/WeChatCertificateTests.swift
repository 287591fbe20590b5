import SampanChannels
import SampanCrypto
import SampanDomain
import SampanJSON
import StoreTestSupport
import Testing

@Suite("FE-05 · keys of WeChat Pay and their change", .blocking)
struct WeChatCertificateTests {
    /// Certificates made by openssl: `old` has a serial number that begins with zeros.
    private struct Platform {
        let openssl: OpenSSL
        let now: UnixTime

        init() async throws {
            openssl = try OpenSSL()
            for (name, serial) in [("old", "0A57F09EFDC096DE"), ("new", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1")] {
                try await openssl.makeKey(name)
                try await openssl.makeCertificate(name, serial: serial)
            }
            let certificate = try #require(try Certificate.list(pem: try openssl.read("old.pem")).first?.validity)
            now = try UnixTime(seconds: certificate.notBefore + 60)
        }

        func entry(_ name: String, serial: String, key: [UInt8] = WeChatSide.apiV3Key) throws -> String {
            let nonce = Array("61f9c719728a".utf8)
            let box = try AESGCM(key: key).seal(try openssl.read("\(name).pem"), context: Array("certificate".utf8), nonce: nonce)
            let text = WeChatSide.base64(Array(box.dropFirst(AESGCM.nonceCount)))
            return #"{"serial_no":"\#(serial)","effective_time":"2026-01-01T00:00:00+08:00","expire_time":"2031-01-01T00:00:00+08:00","#
                + #""encrypt_certificate":{"algorithm":"AEAD_AES_256_GCM","nonce":"61f9c719728a","associated_data":"certificate","#
                + #""ciphertext":"\#(text)"}}"#
        }

        func answer(_ entries: [String], signedBy name: String, serial: String) async throws -> ChannelMessage {
            let body = #"{"data":[\#(entries.joined(separator: ","))]}"#
            let signature = try await openssl.sign(Array("\(now.seconds)\nN1\n\(body)\n".utf8), name)
            return ChannelMessage(
                headers: [
                    ChannelHeader("Wechatpay-Serial", serial), ChannelHeader("Wechatpay-Timestamp", String(now.seconds)),
                    ChannelHeader("Wechatpay-Nonce", "N1"), ChannelHeader("Wechatpay-Signature", WeChatSide.base64(signature)),
                ], body: Array(body.utf8))
        }
    }

    private let oldSerial = "0A57F09EFDC096DE"
    private let newSerial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"

    private func keys(_ answer: ChannelAnswer<PlatformKeys>) throws -> PlatformKeys {
        guard case .done(let keys) = answer else { throw ChannelFault.unknownState }
        return keys
    }

    @Test("the first list vouches for itself by the APIv3 key; a change overlaps; then the old key ends")
    func change() async throws {
        let platform = try await Platform()
        defer { platform.openssl.remove() }
        let bare = WeChatPay(merchant: try WeChatSide.merchant(), keys: nil)
        let first = try await platform.answer([try platform.entry("old", serial: oldSerial)], signedBy: "old", serial: oldSerial)
        let known = bare.with(keys: try keys(try bare.readCertificates(first, now: platform.now)))
        #expect(known.keys?.keys.count == 1)
        // 24 hours before the change both are listed; the old one still signs.
        let both = try await platform.answer(
            [try platform.entry("old", serial: oldSerial), try platform.entry("new", serial: newSerial.lowercased())], signedBy: "old",
            serial: "A57f09efdc096de")
        let overlap = try keys(try known.readCertificates(both, now: platform.now))
        #expect(overlap.keys.count == 2)
        // Afterwards the new one signs, and the old one is let go when its time is over.
        let later = try await platform.answer([try platform.entry("new", serial: newSerial)], signedBy: "new", serial: newSerial)
        _ = try keys(try known.with(keys: overlap).readCertificates(later, now: platform.now))
        let end = try #require(overlap.keys.first?.validity?.notAfter)
        #expect(try overlap.adding([], now: try UnixTime(seconds: end)).keys.count == 2)
        #expect(throws: ChannelFault.malformed("platform keys: 1 to 8")) { try overlap.adding([], now: try UnixTime(seconds: end + 400)) }
    }

    @Test("a list of somebody else is refused")
    func forged() async throws {
        let platform = try await Platform()
        defer { platform.openssl.remove() }
        let bare = WeChatPay(merchant: try WeChatSide.merchant(), keys: nil)
        let now = platform.now
        let foreign = try platform.entry("old", serial: oldSerial, key: Array(repeating: 7, count: 32))
        let sealedWrong = try await platform.answer([foreign], signedBy: "old", serial: oldSerial)
        #expect(throws: ChannelFault.undecryptable) { try bare.readCertificates(sealedWrong, now: now) }
        let listed = try platform.entry("old", serial: oldSerial)
        let signedWrong = try await platform.answer([listed], signedBy: "new", serial: oldSerial)
        #expect(throws: ChannelFault.badSignature) { try bare.readCertificates(signedWrong, now: now) }
        let unlisted = try await platform.answer([listed], signedBy: "new", serial: newSerial)
        #expect(throws: ChannelFault.unknownSerial) { try bare.readCertificates(unlisted, now: now) }
        let misnamed = try await platform.answer([try platform.entry("old", serial: "0B")], signedBy: "old", serial: oldSerial)
        #expect(throws: ChannelFault.malformed("serial_no")) { try bare.readCertificates(misnamed, now: now) }
    }

    @Test("a public key and certificates are believed side by side, and each alone")
    func overlap() async throws {
        let platform = try await Platform()
        defer { platform.openssl.remove() }
        let certificate = try #require(try Certificate.list(pem: try platform.openssl.read("old.pem")).first)
        let byKey = PlatformKey(id: "PUB_KEY_ID_01", key: try WeChatSide.platformKey.publicKey())
        let both = try PlatformKeys([byKey, try PlatformKey(certificate)])
        let pay = WeChatPay(merchant: try WeChatSide.merchant(), keys: both)
        let signed = try WeChatSide.message(WeChatSide.transaction(), serial: "PUB_KEY_ID_01", time: platform.now.seconds)
        let number = try OutTradeNo("SP2026111800000001")
        guard case .done = try pay.readQuery(signed, of: number, amount: Money(fen: 5_000), now: platform.now) else {
            throw ChannelFault.unknownState
        }
        let later = platform.now.advanced(byNanoseconds: 2 * 365 * 86_400 * 1_000_000_000)
        let old = try RSAPrivateKey(pem: try platform.openssl.read("old.key"))
        let expired = try WeChatSide.message(WeChatSide.transaction(), key: old, serial: oldSerial, time: later.seconds)
        #expect(throws: ChannelFault.keyNotValid) {
            try pay.readQuery(expired, of: number, amount: Money(fen: 5_000), now: later)
        }
        // A public-key merchant has no certificates to fetch: what it asks is answered with a signed 403.
        let denied = try WeChatSide.message(status: 403, #"{"code":"NO_AUTH"}"#, serial: "PUB_KEY_ID_01", time: platform.now.seconds)
        guard case .askAgain = try pay.readCertificates(denied, now: platform.now) else { throw ChannelFault.unknownState }
    }
}
