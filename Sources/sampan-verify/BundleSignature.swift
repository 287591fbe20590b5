import SampanCrypto

/// `manifest.sig`: a line that says what it is, the signature, and the certificates of who has signed, leaf first, in hexadecimal digits.
struct BundleSignature {
    private var signature: [UInt8] = []
    private var chain: [[UInt8]] = []

    init(_ file: [UInt8]) throws(VerifyError) {
        let lines = String(decoding: file, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "sampan record bundle signature 1", lines.last == "", (4...8).contains(lines.count) else {
            throw .broken("manifest.sig: it was changed, or is no signature")
        }
        for line in lines.dropFirst().dropLast() {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, let bytes = Self.bytes(parts[1]) else { throw .broken("manifest.sig: it was changed") }
            switch parts[0] {
            case "signature" where signature.isEmpty: signature = bytes
            case "certificate": chain.append(bytes)
            default: throw .broken("manifest.sig: it was changed")
            }
        }
    }

    /// Whom the certificate names that has signed these bytes. Throws unless it has, and `trust` believed it at that time.
    func signer(of bytes: [UInt8], at seconds: Int64, _ trust: ChainVerifier) throws(VerifyError) -> String {
        do {
            let chain = try Certificate.list(chain)
            guard let leaf = chain.first, let name = leaf.alternativeNames?.uris.first else {
                throw CryptoError(.badDER, "nobody is named")
            }
            try DetachedSignature.verify(signature, try SignatureDomain("sampan record bundle v1"), bytes, by: leaf)
            _ = try trust.verify(leaf, intermediates: Array(chain.dropFirst()), at: seconds, for: .client)
            return name
        } catch {
            throw .broken("manifest.json: it is not signed by whom manifest.sig says, or that signer is not believed: \(error)")
        }
    }

    /// Nil for anything that is no pairs of small hexadecimal digits.
    static func bytes(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.map { "0123456789abcdef".utf8.firstPlace(of: $0) }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8((digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0)) }
    }
}

extension String.UTF8View {
    fileprivate func firstPlace(of byte: UInt8) -> Int? {
        for (place, other) in enumerated() where other == byte { return place }
        return nil
    }
}
