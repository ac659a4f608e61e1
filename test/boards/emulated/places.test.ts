import { expect, test } from 'vitest';
import type { PlacedConnection } from '../../../boards/emulated/places.ts';
import { createPlaces } from '../../../boards/emulated/places.ts';

test('of the connections that prove nothing, one of the address with most of them gives way', () => {
  const places = createPlaces('zed0', 16);
  const evicted: string[] = [];
  const connection = (address: string, number: number): PlacedConnection => ({
    address,
    isOwners: () => false,
    evict: ({ code }) => evicted.push(`${address} ${number} ${code}`),
  });
  for (const number of [1, 2, 3, 4]) places.admit(connection('10.0.0.1', number));
  places.admit(connection('10.0.0.1', 5));
  expect(evicted.splice(0)).toEqual(['10.0.0.1 1 board/too-many-clients']);
  for (const number of [1, 2]) places.admit(connection('10.0.0.2', number));
  for (const number of [1, 2]) places.admit(connection('10.0.0.3', number));
  expect(evicted).toEqual([]);
  places.admit(connection('10.0.0.4', 1));
  places.admit(connection('10.0.0.5', 1));
  expect(evicted).toEqual(['10.0.0.1 2 board/too-many-clients', '10.0.0.1 3 board/too-many-clients']);
});
