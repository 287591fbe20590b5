import Foundation

/// One line on the terminal that says how far long work is. Silent where nobody looks: in a pipe, and with --json.
struct ProgressMeter: Sendable {
    private let isShown: Bool

    init(isShown: Bool) { self.isShown = isShown && isatty(FileHandle.standardError.fileDescriptor) == 1 }

    func show(_ text: String) {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    func clear() {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}
