/// What is to be sent to a channel. The sender adds Host, Content-Length and what names its own program; nothing else may be changed,
/// since path and body are signed.
package struct ChannelRequest: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
    }

    package let method: Method
    /// With the query, percent-encoded.
    package let path: String
    package let headers: [ChannelHeader]
    package let body: [UInt8]
}

package struct ChannelHeader: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What a channel answered, or sent to us: bytes as they came, before anything is believed.
package struct ChannelMessage: Sendable {
    /// Of an answer; of a callback it is not looked at.
    package let status: Int
    package let headers: [ChannelHeader]
    package let body: [UInt8]

    /// Largest body, in bytes: the largest documented one, a list of platform certificates, has some 20 KiB.
    package static let bodyLimit = 64 * 1024
    package static let headerLimit = 64

    package init(status: Int = 200, headers: [ChannelHeader] = [], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    func checkSize() throws(ChannelFault) {
        guard body.count <= Self.bodyLimit else { throw .malformed("body: too long") }
        guard headers.count <= Self.headerLimit else { throw .malformed("headers: too many") }
    }

    /// The value of the one header of that name, in any case; nil when there is none. Throws for two, since two readers could take
    /// different ones.
    func header(_ name: String) throws(ChannelFault) -> String? {
        let found = headers.filter { $0.name.lowercased() == name.lowercased() }
        guard found.count <= 1 else { throw .malformed("header twice: \(name)") }
        return found.first?.value
    }
}

/// What the sender of a callback is to be told.
package struct ChannelReply: Sendable, Hashable {
    package let status: Int
    package let contentType: String
    package let body: [UInt8]

    init(status: Int, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = Array(body.utf8)
    }
}
