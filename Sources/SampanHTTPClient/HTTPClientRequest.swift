/// What is sent. Host and Content-Length are added; the target is sent as it stands, since somebody may have signed it.
package struct HTTPClientRequest: Sendable {
    /// Path and query, percent-encoded; begins with a slash.
    package let target: String
    package let headers: [(name: String, value: String)]
    /// Nil for a GET; else a POST.
    package let body: [UInt8]?

    package init(target: String, headers: [(name: String, value: String)], body: [UInt8]?) {
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// No byte in it could end a line, or the request line.
    var isWellFormed: Bool {
        target.utf8.first == UInt8(ascii: "/") && target.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && headers.allSatisfy { header in
                !header.name.isEmpty && header.name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }
                    && !header.value.isEmpty && header.value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            }
    }
}

/// What came back, whatever its status: redirects are answers too.
package struct HTTPClientResponse: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
}
