/// What is answered to a request.
package struct PlainHTTPAnswer: Sendable, Hashable {
    /// An HTTP status, such as 200 or 404; 204 has no body.
    package let status: Int
    package let contentType: String
    /// Beside those that every answer has.
    package let fields: [PlainHTTPField]
    package let body: [UInt8]

    package init(contentType: String, body: [UInt8]) { self.init(status: 200, contentType: contentType, body: body) }

    /// An answer with no more to say than its status.
    package init(status: Int) {
        self.init(status: status, contentType: "text/plain; charset=utf-8", body: Array("\(status) \(Self.reason(status))\n".utf8))
    }

    package init(status: Int, contentType: String, fields: [PlainHTTPField] = [], body: [UInt8]) {
        (self.status, self.contentType, self.fields, self.body) = (status, contentType, fields, status == 204 ? [] : body)
    }

    /// As it is written: every answer is the last of its connection.
    var wireBytes: [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.reason(status))\r\n"
        if status != 204 { head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n" }
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        if status == 405 { head += "Allow: GET\r\n" }
        head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + body
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Other"
        }
    }
}
