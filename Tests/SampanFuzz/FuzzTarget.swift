/// One kind of input from outside, and what must hold for any bytes whatever.
package struct FuzzTarget: Sendable {
    package let name: String
    /// Longest input that is made, in bytes.
    let maximumBytes: Int
    /// Words of the format: mutations put them in.
    let dictionary: [[UInt8]]
    /// Valid inputs that cannot lie in a folder, since they hold keys or are many; made from the seed.
    let samples: @Sendable (_ seed: UInt64) throws -> [[UInt8]]
    /// Runs one input. Must neither trap nor hang; returns what was violated, nil when all is well.
    package let check: @Sendable ([UInt8]) -> String?

    init(
        _ name: String, maximumBytes: Int = 4_096, dictionary: [[UInt8]] = [],
        samples: @escaping @Sendable (UInt64) throws -> [[UInt8]] = { _ in [] }, check: @escaping @Sendable ([UInt8]) -> String?
    ) {
        (self.name, self.maximumBytes, self.dictionary, self.samples, self.check) = (name, maximumBytes, dictionary, samples, check)
    }

    /// Every target of the product, in the order in which they are run.
    package static let all: [FuzzTarget] = [
        .grpcFraming, .metadata, .timeout, .percentEncoding, .base64, .peerIdentity, .http2Server, .http2Client, .messages, .gzip, .yaml,
        .certificate, .tls, .json, .descriptors, .traceContext, .zip,
        .webQuery, .staffToken, .xml, .cda, .fhir,
    ]

    package static func named(_ name: String) -> FuzzTarget? { (all + canaries).first { $0.name == name } }
}

extension FuzzTarget: CustomStringConvertible {
    package var description: String { name }
}

extension String {
    /// For dictionaries.
    var word: [UInt8] { Array(utf8) }
}
