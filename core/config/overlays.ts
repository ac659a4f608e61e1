import type { Place } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import { member } from '../../base/member.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';

/** The value of a file with one of its profiles laid over it; null for none. `place` is shown if there is no such profile. */
export function withProfile(base: JsonObject, profile: string | null, place: Place): Result<JsonObject> {
  if (profile === null) return success(base);
  const profiles = isJsonObject(base['profiles']) ? base['profiles'] : {};
  const overlay = member(profiles, profile);
  if (isJsonObject(overlay)) return success(overlaid(base, overlay) as JsonObject);
  // The schema says that it must be a mapping.
  if (overlay !== undefined) return success(base);
  const known = Object.keys(profiles);
  return failure(
    problem('config/unknown-profile', `there is no profile "${profile}" in ${place.file}`, {
      place,
      hint: known.length > 0 ? `profiles: ${known.join(', ')}` : 'the file has no profiles',
    }),
  );
}

/** Mappings are merged key by key, everything else is replaced; null in the overlay removes a key. */
export function overlaid(base: Json | undefined, overlay: Json): Json {
  if (!isJsonObject(base) || !isJsonObject(overlay)) return overlay;
  const kept = Object.entries(base).filter(([key]) => !Object.hasOwn(overlay, key) || overlay[key] !== null);
  const merged = new Map<string, Json>(kept);
  for (const [key, value] of Object.entries(overlay))
    if (value !== null) merged.set(key, overlaid(merged.get(key), value));
  return Object.fromEntries(merged);
}
