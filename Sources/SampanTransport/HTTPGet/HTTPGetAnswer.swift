/// What is answered to a GET.
package struct HTTPGetAnswer: Sendable, Hashable {
    /// An HTTP status with a body, such as 200 or 404.
    package let status: Int
    package let contentType: String
    package let body: [UInt8]

    package init(contentType: String, body: [UInt8]) { self.init(status: 200, contentType: contentType, body: body) }

    /// An answer with no more to say than its status.
    package init(status: Int) {
        self.init(status: status, contentType: "text/plain; charset=utf-8", body: Array("\(status) \(Self.reason(status))\n".utf8))
    }

    private init(status: Int, contentType: String, body: [UInt8]) {
        (self.status, self.contentType, self.body) = (status, contentType, body)
    }

    /// As it is written: every answer is the last of its connection.
    var wireBytes: [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.reason(status))\r\nContent-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
        if status == 405 { head += "Allow: GET\r\n" }
        head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + body
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 414: "URI Too Long"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Other"
        }
    }
}
