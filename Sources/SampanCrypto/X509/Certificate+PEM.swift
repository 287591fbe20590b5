internal import COpenSSL

extension Certificate {
    /// Most certificates one PEM file may hold.
    package static let pemLimit = 256

    /// Reads a chain or a list of roots: one or more PEM certificates, in order. Text between them is allowed.
    package static func list(pem: [UInt8]) throws(CryptoError) -> [Certificate] {
        ErrorQueue.clear()
        let bio = try ReadBIO(pem)
        var list: [Certificate] = []
        while let pointer = unsafe PEM_read_bio_X509(bio.pointer, nil, { _, _, _, _ in -1 }, nil) {
            unsafe list.append(Certificate(adopting: pointer))
            guard list.count <= pemLimit else {
                throw CryptoError(.badPEM, "more than \(pemLimit) certificates in one file")
            }
        }
        // The end of a good file and a broken block both stop the loop; only the first says "no start line".
        let entries = ErrorQueue.drain()
        let ended = entries.allSatisfy { $0.library == ERR_LIB_PEM && $0.reason == PEM_R_NO_START_LINE }
        guard ended else {
            let text = entries.map(\.text).joined(separator: "; ")
            throw CryptoError(.badPEM, "certificate \(list.count + 1) of the file cannot be read: \(text)")
        }
        guard !list.isEmpty else { throw CryptoError(.badPEM, "no certificate in PEM form") }
        return list
    }

    /// Reads certificates of which each is one DER text. Throws as `init(der:)` does, naming which one.
    package static func list(_ ders: [[UInt8]]) throws(CryptoError) -> [Certificate] {
        var list: [Certificate] = []
        for (index, der) in ders.enumerated() {
            do throws(CryptoError) { list.append(try Certificate(der: der)) } catch {
                throw CryptoError(error.reason, "certificate \(index + 1) of \(ders.count): \(error.detail)")
            }
        }
        return list
    }

    /// The certificate as PEM text.
    package func pem() throws(CryptoError) -> [UInt8] {
        try unsafe WriteBIO.pem("the certificate") { unsafe PEM_write_bio_X509($0, pointer) }
    }
}
