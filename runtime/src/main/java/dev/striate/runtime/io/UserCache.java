package dev.striate.runtime.io;

import java.nio.file.Path;
import java.util.Map;

/** Where files go that can be made anew. */
public final class UserCache {
    private UserCache() {}

    /**
     * Our folder in the user's cache (XDG base directory specification 0.8). It need not exist.
     *
     * @param environment the variables of the process
     */
    public static Path folder(Map<String, String> environment) {
        Path caches = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
        Path absolute = caches.isAbsolute() ? caches : Path.of(System.getProperty("user.home", ""), ".cache");
        return absolute.resolve("striate");
    }
}
