internal import COpenSSL

/// The calling thread's OpenSSL error queue. It is emptied before and after every operation, so that an old entry is never taken
/// for the reason of a later failure.
enum ErrorQueue {
    /// One entry: the library's part, its reason code, and its text.
    struct Entry {
        let library: Int32
        let reason: Int32
        let text: String
    }

    /// Looks first: OpenSSL goes through all 16 places of an empty queue too, which took 800 instructions of every read and every write.
    static func clear() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// Takes every entry, the oldest (usually the cause) first.
    static func drain() -> [Entry] {
        var entries: [Entry] = []
        while true {
            let code = ERR_get_error()
            if code == 0 { return entries }
            entries.append(
                Entry(library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code), text: text(of: code)))
        }
    }

    /// The entries' texts in one line; empty when there was none.
    static func drainText() -> String {
        drain().map(\.text).joined(separator: "; ")
    }

    private static func text(of code: UInt) -> String {
        if let reason = unsafe ERR_reason_error_string(code) {
            return unsafe String(cString: reason)
        }
        return "OpenSSL error \(code)"
    }
}
